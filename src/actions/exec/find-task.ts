import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { PrefectFargateError } from "#errors";
import type { AwsClients } from "../aws-clients.ts";
import type { System } from "../system.ts";
import type { ShellSubject } from "./shell-subject.ts";

/** A container into which a shell can be opened. */
export interface ShellTarget {
  readonly taskId: string;
  readonly container: string;
  /** As Session Manager names it: `ecs:CLUSTER_TASK_RUNTIME`. */
  readonly target: string;
}

const AGENT = "ExecuteCommandAgent";

/**
 * A running task of the worker or the service, the newest unless `taskId` (or its beginning) names one, ready for ECS Exec.
 * @throws EXEC_NO_TASK, EXEC_OFF, EXEC_AGENT_DOWN
 */
export async function findShellTarget(
  { ecs }: AwsClients,
  system: System,
  subject: ShellSubject,
  taskId?: string,
): Promise<ShellTarget> {
  const cluster = system.cluster_name;
  const { taskArns } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName: subject.serviceName, desiredStatus: "RUNNING" }),
  );
  const { tasks = [] } = taskArns?.length
    ? await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))
    : {};
  const running = tasks
    .filter(({ lastStatus, taskArn }) => lastStatus === "RUNNING" && idOf(taskArn).startsWith(taskId ?? ""))
    .sort((a, b) => (b.startedAt?.getTime() ?? 0) - (a.startedAt?.getTime() ?? 0));
  const task = running[0];
  if (!task) throw noTask(subject, taskId, tasks);
  refuseClosed(task, subject);
  const container = task.containers?.find((item) => item.name === subject.container);
  return {
    taskId: idOf(task.taskArn),
    container: subject.container,
    target: `ecs:${cluster}_${idOf(task.taskArn)}_${container?.runtimeId ?? ""}`,
  };
}

const noTask = (
  { kind, name }: ShellSubject,
  taskId: string | undefined,
  tasks: readonly Task[],
): PrefectFargateError =>
  new PrefectFargateError(
    "EXEC_NO_TASK",
    `The ${kind} ${name} has no running task${taskId ? ` whose id begins with ${taskId}` : ""}.`,
    {
      source: "environment",
      details: tasks.map(({ taskArn, lastStatus }) => `task ${idOf(taskArn)}: ${lastStatus}`),
      hint: "prefect-fargate status",
    },
  );

/** A task keeps what it was started with: after switching Exec on, a new one is needed. */
function refuseClosed(task: Task, { kind, name, container: wanted }: ShellSubject): void {
  if (!task.enableExecuteCommand)
    throw new PrefectFargateError("EXEC_OFF", `ECS Exec is off for the tasks of the ${kind} ${name}.`, {
      hint: `Set ${kind}s: { "${name}": { exec: true } } in prefect-fargate.config.ts, then: prefect-fargate deploy`,
    });
  const agent = task.containers
    ?.find((container) => container.name === wanted)
    ?.managedAgents?.find((item) => item.name === AGENT);
  if (!agent || agent.lastStatus === "RUNNING") return;
  throw new PrefectFargateError(
    "EXEC_AGENT_DOWN",
    `The agent that opens shells in task ${idOf(task.taskArn)} is ${agent.lastStatus ?? "not there"}.`,
    {
      source: "environment",
      details: agent.reason ? [`AWS said: ${agent.reason}`] : [],
      hint: "It starts some seconds after its task, and needs a way to ssmmessages on port 443: prefect-fargate status --watch",
    },
  );
}

const idOf = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "";
