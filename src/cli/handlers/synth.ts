import { resolve } from "node:path";
import { loadConfig } from "#config/load-config.ts";
import { configWarnings } from "#config/warnings.ts";
import { composeRoot } from "#root/compose-root.ts";
import { overrideFiles } from "#root/override-files.ts";
import { modulesIn, writeRoot } from "#root/write-root.ts";
import type { Handler } from "../command-spec.ts";
import type { SynthOptions } from "../commands/synth.ts";

export const runSynth: Handler<SynthOptions> = async (
  { out, config: file, env: environment, json },
  context,
) => {
  const { cwd, env, reporter, print, printJson } = context;
  const { config } = await loadConfig({ cwd, file, env, environment });
  for (const warning of configWarnings(config)) reporter.warn(warning);
  const root = composeRoot(config);
  const folder = resolve(cwd, out);
  const overrides = await overrideFiles(config, root);
  await writeRoot(folder, root, overrides);
  const files = Object.keys({ ...root, ...overrides }).sort();
  const modules = [...modulesIn(root)].sort();
  if (json) return printJson({ folder, files, modules });
  print(`Wrote ${files.join(", ")} and the modules ${modules.join(", ")} to ${out}.`);
  print("");
  print(`Next: terraform -chdir=${out} init`);
};
