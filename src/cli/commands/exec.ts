import { Argument, Option } from "commander";
import type { SystemOptions } from "../at-workplace.ts";
import type { CommandSpec } from "../command-spec.ts";
import { configOption, envOption } from "../shared-options.ts";

export interface ExecCommandOptions extends SystemOptions {
  readonly name?: string;
  readonly task?: string;
  readonly command?: string;
}

export const exec: CommandSpec<ExecCommandOptions> = {
  name: "exec",
  summary: "open a shell in a worker's or a service's task",
  description:
    "Opens a shell in a running task of a worker or a service by ECS Exec, which its exec: true in the config switches on. " +
    "It needs AWS's session-manager-plugin. Ends as the shell does.",
  examples: [
    { does: "Open a shell in the newest task of the worker", command: "exec" },
    { does: "Run one command", command: 'exec dev-worker --command "prefect config view"' },
    { does: "Open a shell in a service that has no bash", command: "exec webhooks --command /bin/sh" },
  ],
  arguments: [new Argument("[name]", "the worker or the service (default: the first worker)")],
  options: [
    new Option("--command <command>", "what to run instead of /bin/bash"),
    new Option("--task <id>", "the beginning of a task's id (default: the newest)"),
    configOption(),
    envOption(),
  ],
  handler: async () => (await import("../handlers/exec.ts")).runExec,
};
