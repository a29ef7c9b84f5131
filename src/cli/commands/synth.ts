import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, jsonOption } from "../shared-options.ts";

interface SynthOptions {
  readonly out: string;
  readonly config?: string;
  readonly json?: boolean;
}

export const synth: CommandSpec<SynthOptions> = {
  name: "synth",
  summary: "write the Terraform that the config asks for",
  description:
    "Writes a Terraform root, one page of module calls, and the modules it calls. " +
    "What is in the folder besides (state, lock file, overrides) stays as it is.",
  examples: [
    { does: "Write the Terraform into ./infrastructure", command: "synth --out infrastructure" },
    { does: "Write it from another config", command: "synth --out staging --config staging.config.ts" },
  ],
  options: [
    new Option(
      "--out <folder>",
      "folder to write into; it is created where it is missing",
    ).makeOptionMandatory(),
    configOption(),
    jsonOption(),
  ],
  async run({ out, config: file, json }, { cwd, env, reporter, print, printJson }) {
    const [{ resolve }, { loadConfig }, { configWarnings }, { composeRoot }, { writeRoot }] =
      await Promise.all([
        import("node:path"),
        import("#config/load-config.ts"),
        import("#config/warnings.ts"),
        import("#root/compose-root.ts"),
        import("#root/write-root.ts"),
      ]);
    const { config } = await loadConfig({ cwd, file, env });
    for (const warning of configWarnings(config)) reporter.warn(warning);
    const files = composeRoot(config);
    await writeRoot(resolve(cwd, out), files);
    const written = Object.keys(files).sort();
    if (json) return printJson({ folder: resolve(cwd, out), files: written });
    print(`Wrote ${written.join(", ")} and the modules in use to ${out}.`);
    print("");
    print(`Next: terraform -chdir=${out} init`);
  },
};
