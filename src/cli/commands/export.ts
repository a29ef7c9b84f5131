import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption } from "../shared-options.ts";

export interface ExportOptions {
  readonly out: string;
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

export const exportCommand: CommandSpec<ExportOptions> = {
  name: "export",
  summary: "write the system as Terraform that is yours to keep",
  description:
    "Writes main.tf, variables.tf, outputs.tf, versions.tf and the modules they call into a folder without Terraform. " +
    "They have the addresses of what deploy applied: over the same state a plan changes nothing. " +
    "Where synth writes the page that the next deploy writes anew, this one is yours to edit.",
  examples: [
    { does: "Write it into ./terraform", command: "export --out terraform" },
    { does: "Write the production system", command: "export --out terraform --env prod" },
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
  handler: async () => (await import("../handlers/export.ts")).runExport,
};
