import { Argument, Option } from "commander";
import type { SystemOptions } from "../at-workplace.ts";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption } from "../shared-options.ts";
import { parseSince } from "../time-argument.ts";

export interface LogsOptions extends SystemOptions {
  readonly name?: string;
  readonly since?: Date;
  readonly follow?: boolean;
  readonly json?: boolean;
}

export const logs: CommandSpec<LogsOptions> = {
  name: "logs",
  summary: "show what the worker or a flow run wrote",
  description:
    "Shows the worker's log, from all its tasks of the last hour, or everything of a flow run: what went through Prefect's " +
    "logging together with what only its ECS task printed.",
  examples: [
    { does: "Read the worker's last ten minutes", command: "logs --since 10m" },
    { does: "Watch the worker", command: "logs --follow" },
    { does: "Read a flow run by its name or id", command: "logs quick-fox" },
  ],
  arguments: [
    new Argument(
      "[name]",
      "a worker, a service, or a flow run by its name or id (default: the first worker)",
    ),
  ],
  options: [
    new Option("--since <when>", "how far back, such as 10m, 2h or 3d, or a time").argParser((text) =>
      parseSince(text),
    ),
    new Option("--follow", "go on with what comes: of the worker until Ctrl-C, of a flow run until its end"),
    configOption(),
    envOption(),
    new Option("--json", "print one JSON document for each line"),
  ],
  handler: async () => (await import("../handlers/logs.ts")).runLogs,
};
