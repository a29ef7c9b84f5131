import { ExecuteCommandCommand } from "@aws-sdk/client-ecs";
import { PrefectFargateError } from "#errors";
import { findShellTarget } from "./exec/find-task.ts";
import { type PluginCommand, pluginCommand, requireSessionPlugin } from "./exec/session-plugin.ts";
import { findShellSubject } from "./exec/shell-subject.ts";
import type { OpenSystem } from "./open-system.ts";

const SHELL = "/bin/bash";

export interface ExecOptions {
  /** A worker or a service. @default - the first worker */
  readonly name?: string | undefined;
  /** The beginning of a task's id. @default - the newest */
  readonly taskId?: string | undefined;
  /** @default "/bin/bash" */
  readonly command?: string | undefined;
  /** The shell's environment: the plugin is looked for on its PATH. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

export interface OpenedShell {
  readonly taskId: string;
  readonly container: string;
  /** To be run with the terminal in its hands. It works once. */
  readonly plugin: PluginCommand;
}

/**
 * Opens a shell in a running task of a worker or a service, as `aws ecs execute-command` does. AWS logs who did in CloudTrail.
 * @throws EXEC_PLUGIN_MISSING, EXEC_PLUGIN_TOO_OLD, EXEC_NO_TASK, EXEC_OFF, EXEC_AGENT_DOWN, EXEC_REFUSED, EXEC_OF_NOBODY
 */
export async function openShell({ system, aws }: OpenSystem, options: ExecOptions): Promise<OpenedShell> {
  const { command = SHELL, env, taskId } = options;
  const subject = findShellSubject(system, options.name);
  const [target] = await Promise.all([
    findShellTarget(aws, system, subject, taskId),
    requireSessionPlugin(env),
  ]);
  const request = new ExecuteCommandCommand({
    cluster: system.cluster_name,
    task: target.taskId,
    container: target.container,
    interactive: true,
    command,
  });
  const { session } = await aws.ecs.send(request).catch((cause: unknown) => {
    throw refused(target.taskId, cause);
  });
  const { sessionId = "", streamUrl = "", tokenValue = "" } = session ?? {};
  return {
    taskId: target.taskId,
    container: target.container,
    plugin: pluginCommand(
      { sessionId, streamUrl, tokenValue },
      {
        target: target.target,
        region: system.region,
        endpoint: `https://ssm.${system.region}.amazonaws.com`,
      },
    ),
  };
}

function refused(taskId: string, cause: unknown): PrefectFargateError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const isUnconnected = cause instanceof Error && cause.name === "TargetNotConnectedException";
  return new PrefectFargateError("EXEC_REFUSED", `ECS opened no shell in task ${taskId}: ${said}`, {
    source: "environment",
    cause,
    hint: isUnconnected
      ? "Its agent needs the ssmmessages permissions of its role and a way out on port 443: prefect-fargate deploy puts them back"
      : "You need the permission ecs:ExecuteCommand on the task and its cluster.",
  });
}
