import { Argument, Option } from "commander";
import type { JsonObject } from "#prefect/job-template.ts";
import type { SystemOptions } from "../at-workplace.ts";
import type { CommandSpec } from "../command-spec.ts";
import { parseParameter } from "../parameter-argument.ts";
import { configOption, envOption, jsonOption } from "../shared-options.ts";

export interface RunCommandOptions extends SystemOptions {
  readonly deployment?: string;
  readonly param?: JsonObject;
  readonly worker?: string;
  readonly json?: boolean;
}

export const run: CommandSpec<RunCommandOptions> = {
  name: "run",
  summary: "start a flow run and follow it to its end",
  description:
    "Starts a run of a deployment, or of a built-in canary that needs no image, registry or bucket of its own; shows its states " +
    "and its log, and then in which task, network and roles it ran. " +
    "Ends with 0 when the run Completed where it should, with 3 when it Failed, 4 when it Crashed, 5 when it was Cancelled, and 6 " +
    "when it Completed in the wrong place.",
  examples: [
    { does: "Try the system with the canary", command: "run" },
    { does: "Run a deployment of yours", command: "run etl/nightly --param days=3 --param dry_run=true" },
  ],
  arguments: [new Argument("[deployment]", "flow/deployment, or a deployment's id (default: the canary)")],
  options: [
    new Option("--param <key=value>", "parameter of the flow; JSON where it can be read as such").argParser(
      parseParameter,
    ),
    new Option("--worker <name>", "the worker in whose pool the canary runs (default: the first)"),
    configOption(),
    envOption(),
    jsonOption(),
  ],
  onInterrupt: "The flow run goes on without you; prefect-fargate logs --follow shows it again.",
  handler: async () => (await import("../handlers/run.ts")).runRun,
};
