import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption } from "../shared-options.ts";

export interface SynthOptions {
  readonly out: string;
  readonly config?: string;
  readonly env?: string;
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
    envOption(),
    jsonOption(),
  ],
  handler: async () => (await import("../handlers/synth.ts")).runSynth,
};
