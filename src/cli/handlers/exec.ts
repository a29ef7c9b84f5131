import { spawn } from "node:child_process";
import { once } from "node:events";
import type { PluginCommand } from "#actions/exec/session-plugin.ts";
import { openShell } from "#actions/exec.ts";
import { atSystem } from "../at-system.ts";
import type { Handler } from "../command-spec.ts";
import type { ExecCommandOptions } from "../commands/exec.ts";

/** Of a program that a signal ended. */
const SIGNALLED = 1;

export const runExec: Handler<ExecCommandOptions> = async (options, context) => {
  const { env, reporter } = context;
  const { name, task: taskId, command } = options;
  const shell = await atSystem(options, context, (system) =>
    openShell(system, { name, taskId, command, env }),
  );
  reporter.note(`In container ${shell.container} of task ${shell.taskId}.`);
  return run(shell.plugin, env);
};

/** Gives the terminal away until the shell has ended; Ctrl-C is then the shell's, not ours. */
async function run(
  { program, args, env }: PluginCommand,
  shell: Readonly<NodeJS.ProcessEnv>,
): Promise<number> {
  const ignore = (): void => {};
  process.on("SIGINT", ignore);
  try {
    const child = spawn(program, args, { stdio: "inherit", env: { ...shell, ...env } });
    const [code] = await once(child, "exit");
    return (code as number | null) ?? SIGNALLED;
  } finally {
    process.off("SIGINT", ignore);
  }
}
