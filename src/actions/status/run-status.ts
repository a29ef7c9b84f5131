import { DescribeTasksCommand } from "@aws-sdk/client-ecs";
import type { FlowRun, PrefectClient } from "#prefect/client.ts";
import type { AwsClients } from "../aws-clients.ts";
import { taskArnOf } from "../flow-run-task.ts";
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
  { ecs }: AwsClients,
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
  const arns = runs.flatMap((run) => taskArnOf(run) ?? []);
  const { tasks = [] } =
    arns.length > 0
      ? await ecs.send(new DescribeTasksCommand({ cluster: system.cluster_name, tasks: arns }))
      : {};
  const byArn = new Map(tasks.map((task) => [task.taskArn, readTask(task)]));
  return runs.map((run) => {
    const { id, name, workPool, state, expectedStart, start, end } = run;
    const taskArn = taskArnOf(run);
    return { id, name, workPool, state, expectedStart, start, end, taskArn, task: byArn.get(taskArn) };
  });
}

const dueAt = ({ expectedStart, start }: FlowRun): number => (expectedStart ?? start)?.getTime() ?? 0;
