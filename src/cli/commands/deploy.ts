import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption, lockTimeoutOption, yesOption } from "../shared-options.ts";

export interface DeployCommandOptions {
  readonly yes?: boolean;
  readonly reviewed?: string;
  readonly adopt?: boolean;
  readonly config?: string;
  readonly env?: string;
  readonly lockTimeout?: number;
  readonly json?: boolean;
}

export const deploy: CommandSpec<DeployCommandOptions> = {
  name: "deploy",
  summary: "make the config real, and wait until the worker is ONLINE",
  description:
    "Shows what would change and asks, applies it with Terraform, wires the work pool and ends when every worker is ONLINE on " +
    "what was deployed. When nothing differs, nothing is done. A deploy that was cut short is finished by the next one.",
  examples: [
    { does: "Deploy the config in this folder", command: "deploy" },
    { does: "Deploy without a question, as in a pipeline", command: "deploy --yes" },
    { does: "Deploy another system from the same folder", command: "deploy --config staging.config.ts" },
  ],
  options: [
    yesOption(),
    new Option(
      "--reviewed <digest>",
      "do not ask when this is the plan that was reviewed, by the digest in plan --json",
    ),
    new Option("--adopt", "take over a system that exists although its state is lost"),
    configOption(),
    envOption(),
    lockTimeoutOption(),
    jsonOption(),
  ],
  onInterrupt:
    "Letting Terraform finish what it has begun; the next deploy goes on from there. Press Ctrl-C again to leave at once.",
  handler: async () => (await import("../handlers/deploy.ts")).runDeploy,
};
