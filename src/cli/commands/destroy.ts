import { Option } from "commander";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption, yesOption } from "../shared-options.ts";

export interface DestroyCommandOptions {
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly stopRuns?: boolean;
  readonly deletePool?: boolean;
  readonly config?: string;
  readonly env?: string;
  readonly json?: boolean;
}

export const destroy: CommandSpec<DestroyCommandOptions> = {
  name: "destroy",
  summary: "remove the system from AWS",
  description:
    "Says what would go and asks for the system's name, pauses the work pool, removes everything that a deploy made and the task " +
    "definitions of flow runs. While flow runs are under way it refuses, unless told what to do with them. The work pool stays, paused, " +
    "as deployments belong to it; the next deploy takes it into use again.",
  examples: [
    { does: "Remove the system of the config in this folder", command: "destroy" },
    { does: "Let flow runs end first", command: "destroy --wait" },
    {
      does: "Remove everything without a question, the work pool too",
      command: "destroy --yes --delete-pool",
    },
  ],
  options: [
    yesOption("do not ask for the system's name"),
    new Option("--wait", "wait until flow runs that are under way have ended").conflicts("stopRuns"),
    new Option("--stop-runs", "cancel flow runs that are under way"),
    new Option("--delete-pool", "delete the work pool too, if a deploy made it"),
    configOption(),
    envOption(),
    jsonOption(),
  ],
  onInterrupt:
    "Letting Terraform finish what it has begun; the next destroy goes on from there. Press Ctrl-C again to leave at once.",
  handler: async () => (await import("../handlers/destroy.ts")).runDestroy,
};
