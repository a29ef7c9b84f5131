import { userSurroundings } from "#actions/user-surroundings.ts";
import { openWorkplace, type Workplace } from "#actions/workplace.ts";
import { loadConfig } from "#config/load-config.ts";
import type { ConfigOverrides } from "#config/override-config.ts";
import { configWarnings } from "#config/warnings.ts";
import type { CommandContext } from "./command-spec.ts";

/** The options by which every command finds its system. */
export interface SystemOptions {
  readonly config?: string;
  /** Name of one of the config's environments. */
  readonly env?: string;
  /** What wins over the config. */
  readonly overrides?: ConfigOverrides;
  /** How many seconds to wait while somebody else holds the state's lock. @default 0 */
  readonly lockTimeout?: number;
}

/** Lets a command work on the system of the config that its options name, in the user's own surroundings. */
export async function atWorkplace<T>(
  { config: file, env: environment, overrides, lockTimeout }: SystemOptions,
  { cwd, env, reporter, signal }: CommandContext,
  work: (workplace: Workplace) => Promise<T>,
): Promise<T> {
  const { config, file: configFile } = await loadConfig({
    cwd,
    file,
    env,
    environment,
    ...(overrides ? { overrides } : {}),
  });
  for (const warning of configWarnings(config)) reporter.warn(warning);
  const surroundings = await userSurroundings({ cwd, config, configFile, env, reporter, signal });
  const waiting = lockTimeout ? { lockTimeoutSeconds: lockTimeout } : {};
  const workplace = await openWorkplace(config, { ...surroundings, ...waiting }, reporter);
  try {
    return await work(workplace);
  } finally {
    workplace.close();
  }
}
