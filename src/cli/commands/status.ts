import { Option } from "commander";
import type { SystemOptions } from "../at-workplace.ts";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption, jsonOption } from "../shared-options.ts";

export interface StatusOptions extends SystemOptions {
  readonly watch?: boolean;
  readonly json?: boolean;
}

export const status: CommandSpec<StatusOptions> = {
  name: "status",
  summary: "show on one screen how the system is",
  description:
    "Shows the ECS service with its deployment and tasks, the worker's heartbeat in Prefect, how the number of tasks follows " +
    "the work and what the scaler last decided and why, the work pool with what waits in its queues, the last flow runs with their tasks, and the age of the API key. It changes nothing. " +
    "Ends with 0 when all is well and with 3 when something is not.",
  examples: [
    { does: "Look once", command: "status" },
    { does: "Look again every five seconds", command: "status --watch" },
    { does: "Let a script decide", command: "status --json > status.json || page-somebody" },
  ],
  options: [
    new Option("--watch", "look again every five seconds until Ctrl-C; with --json, one line each time"),
    configOption(),
    envOption(),
    jsonOption(),
  ],
  handler: async () => (await import("../handlers/status.ts")).runStatus,
};
