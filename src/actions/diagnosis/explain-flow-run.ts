import { DescribeTaskDefinitionCommand, DescribeTasksCommand, type Task } from "@aws-sdk/client-ecs";
import type { FlowRun } from "#prefect/client.ts";
import type { AwsClients } from "../aws-clients.ts";
import { hostTaskOf, taskArnOf } from "../flow-run-task.ts";
import { poll } from "../poll.ts";
import type { System } from "../system.ts";
import { readDefinition, readTask } from "./collect-evidence.ts";
import { type Diagnosed, diagnose } from "./diagnose.ts";
import type { DefinitionEvidence, Evidence } from "./evidence.ts";

/** How AWS and the worker end a run from outside. What the flow's own code did wrong stands in its log. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(["CRASHED"]);
/** A run may crash before its task has stopped, and only a stopped task says why: Fargate takes some seconds to stop one. */
const STOP_TIMEOUT_SECONDS = 30;
const STOP_INTERVAL_SECONDS = 1;

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
  signal?: AbortSignal,
): Promise<Diagnosed | undefined> {
  if (!FROM_OUTSIDE.has(run.state.type)) return undefined;
  const cluster = system.cluster_name;
  const workerType = system.workers[worker]?.worker_type ?? "ecs";
  const task = await stoppedTask(aws, cluster, { run, workerType, signal }).catch(() => undefined);
  const definition = await describeDefinition(aws, task).catch(() => undefined);
  return diagnose({
    subject: "flow run",
    worker,
    workerType,
    region: system.region,
    cluster,
    service: undefined,
    definition,
    tasks: task ? [readTask(task, [])] : [],
    // The pool and the API are as they should be: the run got as far as this.
    prefect: {
      apiUrl: "",
      workPool: run.workPool ?? "",
      problem: undefined,
      pool: undefined,
      workers: [],
    },
    told,
    unseen: [],
  }).main;
}

/** The run's task when it has stopped; undefined when AWS has forgotten it, or when it goes on. */
async function stoppedTask(
  { ecs }: AwsClients,
  cluster: string,
  {
    run,
    workerType,
    signal,
  }: Pick<FlowRunFacts, "run"> & Pick<Evidence, "workerType"> & { signal: AbortSignal | undefined },
): Promise<Task | undefined> {
  const isInside = workerType === "process";
  const noted = isInside ? hostTaskOf(run) : taskArnOf(run);
  if (!noted) return undefined;
  return poll<Task | undefined>(
    async () => {
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [noted] }));
      const task = tasks?.[0];
      if (task === undefined || task.lastStatus === "STOPPED") return { found: task };
      // A worker's task goes on when one of the runs inside has crashed by itself.
      if (isInside && task.desiredStatus === "RUNNING") return { found: undefined };
      return { seen: `task ${task.lastStatus}` };
    },
    {
      what: "the run's task to stop",
      timeoutSeconds: STOP_TIMEOUT_SECONDS,
      intervalSeconds: STOP_INTERVAL_SECONDS,
      signal,
    },
  );
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
