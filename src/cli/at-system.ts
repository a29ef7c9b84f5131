import { type OpenSystem, openSystem } from "#actions/open-system.ts";
import { userSurroundings } from "#actions/user-surroundings.ts";
import { loadConfig } from "#config/load-config.ts";
import type { SystemOptions } from "./at-workplace.ts";
import type { CommandContext } from "./command-spec.ts";

/** Lets a command look at the system that was deployed with the config that its options name. It changes nothing. */
export async function atSystem<T>(
  { config: file, env: environment }: SystemOptions,
  { cwd, env, reporter, signal }: CommandContext,
  work: (system: OpenSystem) => Promise<T>,
): Promise<T> {
  const { config, file: configFile } = await loadConfig({ cwd, file, env, environment });
  const surroundings = await userSurroundings({ cwd, config, configFile, env, reporter, signal });
  const system = await openSystem(config, surroundings, reporter);
  try {
    return await work(system);
  } finally {
    system.close();
  }
}
