import { Argument, Option } from "commander";
import type { SystemOptions } from "../at-workplace.ts";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption } from "../shared-options.ts";

export interface ExecCommandOptions extends SystemOptions {
  readonly worker?: string;
  readonly task?: string;
  readonly command?: string;
}

export const exec: CommandSpec<ExecCommandOptions> = {
  name: "exec",
  summary: "open a shell in the worker's task",
  description:
    "Opens a shell in a running task of a worker by ECS Exec, which the worker's exec: true in the config switches on. " +
    "It needs AWS's session-manager-plugin. Ends as the shell does.",
  examples: [
    { does: "Open a shell in the newest task of the worker", command: "exec" },
    { does: "Run one command", command: 'exec dev-worker --command "prefect config view"' },
  ],
  arguments: [new Argument("[worker]", "the worker (default: the first)")],
  options: [
    new Option("--command <command>", "what to run instead of /bin/bash"),
    new Option("--task <id>", "the beginning of a task's id (default: the newest)"),
    configOption(),
    envOption(),
  ],
  handler: async () => (await import("../handlers/exec.ts")).runExec,
};
