import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption, lockTimeoutOption } from "../shared-options.ts";

export interface PlanCommandOptions {
  readonly config?: string;
  readonly env?: string;
  readonly lockTimeout?: number;
  readonly markdown?: string;
  readonly json?: boolean;
}

export const plan: CommandSpec<PlanCommandOptions> = {
  name: "plan",
  summary: "show what a deploy would change, and what it costs a month",
  description:
    "Compares the config with what exists on AWS and in Prefect, and changes nothing. Ends with status 0 when nothing would change, " +
    "2 when something would, 1 when it failed, as `terraform plan -detailed-exitcode` does.",
  examples: [
    { does: "See what a deploy would do", command: "plan" },
    { does: "See every value, for a program", command: "plan --json" },
    { does: "Write it for a pull request as well", command: "plan --env prod --markdown plan.md" },
  ],
  options: [
    configOption(),
    envOption(),
    lockTimeoutOption(),
    new Option("--markdown <file>", "also write the plan into this file, as the comment for a pull request"),
    jsonOption(),
  ],
  onInterrupt: "Stopping; nothing was changed.",
  usageStatus: 1,
  handler: async () => (await import("../handlers/plan.ts")).runPlan,
};
