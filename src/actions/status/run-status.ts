import { DescribeTasksCommand, type Task } from "@aws-sdk/client-ecs";
import type { FlowRun, PrefectClient } from "#prefect/client.ts";
import type { AwsClients } from "../aws-clients.ts";
import { flowRunIdOf, hostTaskOf, taggedTasks, taskArnOf } from "../flow-run-task.ts";
import type { System } from "../system.ts";
import { readTask, type TaskStatus } from "./service-status.ts";

const LATEST = 8;

export interface RunStatus {
  readonly id: string;
  readonly name: string;
  readonly workPool: string | undefined;
  readonly state: FlowRun["state"];
  readonly expectedStart: Date | undefined;
  readonly start: Date | undefined;
  readonly end: Date | undefined;
  /** Where it ran; `task` only while AWS still knows it, which is an hour after its end. */
  readonly taskArn: string | undefined;
  readonly task: TaskStatus | undefined;
}

/** The latest runs that were due in the pools, each with its ECS task. */
export async function readRuns(
  prefect: PrefectClient,
  aws: AwsClients,
  system: System,
  pools: readonly string[],
): Promise<RunStatus[]> {
  const listed = await Promise.all(
    pools.map((workPool) => prefect.listFlowRuns({ workPool, expectedBefore: new Date() }, LATEST)),
  );
  const runs = listed
    .flat()
    .sort((a, b) => dueAt(b) - dueAt(a))
    .slice(0, LATEST);
  const inside = new Set(
    Object.values(system.workers).flatMap(({ worker_type, work_pool }) =>
      worker_type === "process" ? [work_pool] : [],
    ),
  );
  const whereOf = (run: FlowRun) => (inside.has(run.workPool ?? "") ? hostTaskOf(run) : taskArnOf(run));
  const own = runs.filter(({ workPool }) => !inside.has(workPool ?? ""));
  const tasks = await tasksOf(
    runs.flatMap((run) => whereOf(run) ?? []),
    own,
    aws,
    system.cluster_name,
  );
  return runs.map((run) => {
    const { id, name, workPool, state, expectedStart, start, end } = run;
    const task = tasks.get(whereOf(run) ?? "") ?? tasks.get(id);
    const taskArn = taskArnOf(run) ?? task?.taskArn;
    return { id, name, workPool, state, expectedStart, start, end, taskArn, task: task && readTask(task) };
  });
}

/**
 * By the ARN or id that the worker noted down. A Prefect 2 worker notes it some seconds late: for a run with a task of its own
 * that has begun without, the cluster is searched by its tag.
 */
async function tasksOf(
  noted: readonly string[],
  own: readonly FlowRun[],
  aws: AwsClients,
  cluster: string,
): Promise<Map<string, Task>> {
  const found = new Map<string, Task>();
  if (noted.length > 0) {
    const { tasks = [] } = await aws.ecs.send(
      new DescribeTasksCommand({ cluster, tasks: [...new Set(noted)] }),
    );
    for (const task of tasks)
      for (const key of [task.taskArn ?? "", task.taskArn?.split("/").at(-1) ?? ""]) found.set(key, task);
  }
  if (own.every((run) => taskArnOf(run) || run.state.type === "SCHEDULED")) return found;
  for await (const task of taggedTasks(aws, cluster)) {
    const id = flowRunIdOf(task);
    if (id) found.set(id, task);
  }
  return found;
}

const dueAt = ({ expectedStart, start }: FlowRun): number => (expectedStart ?? start)?.getTime() ?? 0;
