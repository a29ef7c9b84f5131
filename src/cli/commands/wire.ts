import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption, yesOption } from "../shared-options.ts";

export interface WireCommandOptions {
  readonly dir?: string;
  readonly outputs?: string;
  readonly yes?: boolean;
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

export const wire: CommandSpec<WireCommandOptions> = {
  name: "wire",
  summary: "put what Terraform applied into the work pool",
  description:
    "For those who apply the Terraform themselves: reads the outputs of their root, makes the work pool where there is none, and puts " +
    "cluster, network, roles, logs and the secret into its job template. What people changed in the pool stays. deploy does this by itself.",
  examples: [
    { does: "Wire what was applied in a folder", command: "wire --dir infrastructure" },
    {
      does: "Wire from outputs that were written to a file",
      command: "wire --outputs outputs.json --yes",
    },
  ],
  options: [
    new Option("--dir <folder>", "folder of the Terraform root, where it has been applied").conflicts(
      "outputs",
    ),
    new Option("--outputs <file>", "what `terraform output -json` printed, instead of a folder"),
    yesOption(),
    configOption(),
    envOption(),
    jsonOption(),
  ],
  handler: async () => (await import("../handlers/wire.ts")).runWire,
};
