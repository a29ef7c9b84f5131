import { DescribeTaskDefinitionCommand, DescribeTasksCommand, type Task } from "@aws-sdk/client-ecs";
import type { FlowRun } from "#prefect/client.ts";
import type { AwsClients } from "../aws-clients.ts";
import { taskArnOf } from "../flow-run-task.ts";
import type { System } from "../system.ts";
import { readDefinition, readTask } from "./collect-evidence.ts";
import { type Diagnosed, diagnose } from "./diagnose.ts";
import type { DefinitionEvidence } from "./evidence.ts";

/** How AWS and the worker end a run from outside. What the flow's own code did wrong stands in its log. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(["CRASHED"]);

export interface FlowRunFacts {
  readonly run: FlowRun;
  /** The worker that serves the run's pool. */
  readonly worker: string;
  /** What the worker logged of the run, and what Prefect says of its state. */
  readonly told: readonly string[];
}

/**
 * Why a flow run crashed, as far as its task's end, or the worker's attempt to start one, tells. Undefined when no known
 * cause fits, or when the flow itself failed.
 */
export async function explainFlowRun(
  { run, worker, told }: FlowRunFacts,
  system: System,
  aws: AwsClients,
): Promise<Diagnosed | undefined> {
  if (!FROM_OUTSIDE.has(run.state.type)) return undefined;
  const cluster = system.cluster_name;
  const task = await describeTask(aws, cluster, taskArnOf(run)).catch(() => undefined);
  const definition = await describeDefinition(aws, task).catch(() => undefined);
  return diagnose({
    subject: "flow run",
    worker,
    region: system.region,
    cluster,
    service: undefined,
    definition,
    tasks: task ? [readTask(task, [])] : [],
    // The pool and the API are as they should be: the run got as far as this.
    prefect: {
      apiUrl: "",
      workPool: run.workPool ?? "",
      workerType: "ecs",
      problem: undefined,
      pool: undefined,
      workers: [],
    },
    told,
    unseen: [],
  }).main;
}

async function describeTask(
  { ecs }: AwsClients,
  cluster: string,
  arn: string | undefined,
): Promise<Task | undefined> {
  if (!arn) return undefined;
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
  return tasks?.[0];
}

async function describeDefinition(
  { ecs }: AwsClients,
  task: Task | undefined,
): Promise<DefinitionEvidence | undefined> {
  if (!task?.taskDefinitionArn) return undefined;
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: task.taskDefinitionArn }),
  );
  return readDefinition(taskDefinition);
}
