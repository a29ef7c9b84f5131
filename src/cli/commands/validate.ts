import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption } from "../shared-options.ts";

export interface ValidateOptions {
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

export const validate: CommandSpec<ValidateOptions> = {
  name: "validate",
  summary: "check the config and show what it comes to",
  description:
    "Checks the config without touching AWS or Prefect and shows every problem at once. " +
    "With --json it prints the config with all defaults filled in.",
  examples: [
    { does: "Check the config in this folder", command: "validate" },
    { does: "See every default that applies", command: "validate --json" },
  ],
  options: [configOption(), envOption(), jsonOption()],
  handler: async () => (await import("../handlers/validate.ts")).runValidate,
};
