import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { exportSystem } from "#actions/export.ts";
import { systemFolder } from "#actions/user-surroundings.ts";
import { loadConfig } from "#config/load-config.ts";
import { configWarnings } from "#config/warnings.ts";
import type { Handler } from "../command-spec.ts";
import type { ExportOptions } from "../commands/export.ts";

export const runExport: Handler<ExportOptions> = async (
  { out, config: file, env: environment, json },
  context,
) => {
  const { cwd, env, reporter, print, printJson } = context;
  const { config, file: configFile } = await loadConfig({ cwd, file, env, environment });
  for (const warning of configWarnings(config)) reporter.warn(warning);
  const exported = await exportSystem(config, resolve(cwd, out));
  const state = join(systemFolder({ cwd, configFile, config }), "terraform.tfstate");
  const localState = existsSync(state) ? state : undefined;
  if (json) return printJson({ ...exported, localState });
  print(`Wrote ${exported.files.join(", ")} and the modules ${exported.modules.join(", ")} to ${out}.`);
  if (localState)
    print(
      `What was deployed is known by ${relative(cwd, localState)}: copy it to ${join(out, "terraform.tfstate")}.`,
    );
  print("");
  print(`Next: terraform -chdir=${out} init`);
};
