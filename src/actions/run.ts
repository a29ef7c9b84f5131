import { PrefectFargateError } from "#errors";
import type { Deployment, FlowRun, PrefectClient } from "#prefect/client.ts";
import type { FlowRunLog } from "#prefect/flow-runs.ts";
import type { JsonObject } from "#prefect/job-template.ts";
import { poolObstacle } from "#prefect/pool-checks.ts";
import type { Reporter } from "#reporter";
import { deployCanary } from "./canary.ts";
import type { Diagnosed } from "./diagnosis/diagnose.ts";
import { explainFlowRun } from "./diagnosis/explain-flow-run.ts";
import { type FlowRunTask, misplacements } from "./flow-run-task.ts";
import { followFlowRun } from "./follow-flow-run.ts";
import type { OpenSystem } from "./open-system.ts";
import type { SystemWorker } from "./system.ts";
import { findWorker } from "./system-worker.ts";

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** What a worker writes to a run's log, as opposed to the flow itself. */
const OF_THE_WORKER = /^prefect\.(flow_runs\.worker|worker)/;
const INTERVAL_SECONDS = 1;
/** For a run to end. A flow of hours is better followed by its logs. */
const DEFAULT_TIMEOUT_SECONDS = 24 * 60 * 60;

/** What runs, and who is told of it. */
export interface RunOptions {
  /** `flow/deployment`, or a deployment's id. @default - the built-in canary, in the pool of `worker` */
  readonly deployment?: string | undefined;
  /** Whose pool the canary runs in. @default - the first */
  readonly worker?: string | undefined;
  /** Of the flow. @default - those of the deployment */
  readonly parameters?: JsonObject;
  /** How long its end is awaited, in seconds. @default 86400, a day */
  readonly timeoutSeconds?: number;
  /** Told when Prefect has the run. @default - nobody */
  readonly onStart?: (run: FlowRun) => void;
  /** Told the name of every state that is seen, which may not be every state. @default - nobody */
  readonly onState?: (state: string) => void;
  /** Told every line of its log. @default - nobody */
  readonly onLog?: (log: FlowRunLog) => void;
  /** Ends the following; the run itself goes on. @default - nothing does */
  readonly signal?: AbortSignal | undefined;
}

/** A flow run that has ended. */
export interface RanFlow {
  /** The run in its last state. */
  readonly run: FlowRun;
  /** Where it ran; undefined when no task for it was seen in the cluster. */
  readonly task: FlowRunTask | undefined;
  /** What is not as it should be about the place, in sentences; none for a pool that is not this system's. */
  readonly misplaced: readonly string[];
  /** Why it crashed, where AWS or the worker tells. */
  readonly explanation: Diagnosed | undefined;
}

/**
 * Starts a flow run, follows it to its end and looks where it ran: a run that Completed in the wrong place proves nothing.
 * @throws DEPLOYMENT_UNKNOWN, WORKER_UNKNOWN, FLOW_RUN_TIMEOUT, FLOW_RUN_GONE
 */
export async function runFlow(open: OpenSystem, options: RunOptions, reporter: Reporter): Promise<RanFlow> {
  const { system, prefect, aws } = open;
  const deployment = await findOrDeploy(open, options);
  const serving = workerOf(open, deployment.workPool);
  await warnOfObstacles(prefect, deployment, serving, reporter);
  const { id, name, ...created } = await prefect.createFlowRun(deployment.id, {
    parameters: options.parameters ?? {},
  });
  options.onStart?.({ id, name, ...created });
  const told: string[] = [];
  const { run, task } = await followFlowRun(
    id,
    system.cluster_arn,
    { aws, prefect },
    { update: (state) => options.onState?.(state) },
    {
      workerType: serving?.worker.worker_type,
      intervalSeconds: INTERVAL_SECONDS,
      timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      onLog: (log) => {
        if (OF_THE_WORKER.test(log.logger)) told.push(...log.message.split("\n"));
        options.onLog?.(log);
      },
      signal: options.signal,
    },
  );
  const facts = { run, worker: serving?.name ?? "", told: [...told, run.state.message ?? ""] };
  return {
    run,
    task,
    misplaced: serving && run.state.type === "COMPLETED" ? placement(task, open, serving.worker) : [],
    explanation: await explainFlowRun(facts, system, aws, options.signal),
  };
}

async function findOrDeploy({ system, prefect }: OpenSystem, wanted: RunOptions): Promise<Deployment> {
  const { deployment: name } = wanted;
  if (name === undefined) {
    const { worker } = findWorker(system, wanted.worker);
    return deployCanary(prefect, worker.work_pool);
  }
  const found = UUID.test(name) ? await prefect.readDeployment(name) : await prefect.findDeployment(name);
  if (found) return found;
  throw new PrefectFargateError("DEPLOYMENT_UNKNOWN", `Prefect has no deployment ${name}.`, {
    hint: name.includes("/")
      ? "See which there are: prefect deployment ls"
      : "Write flow and deployment, as `prefect deployment ls` shows them: prefect-fargate run etl/nightly",
  });
}

/** The worker of this system that serves the pool; undefined for a pool of somebody else's. */
function workerOf(
  { system }: OpenSystem,
  workPool: string | undefined,
): { name: string; worker: SystemWorker } | undefined {
  const found = Object.entries(system.workers).find(([, { work_pool }]) => work_pool === workPool);
  return found && { name: found[0], worker: found[1] };
}

async function warnOfObstacles(
  prefect: PrefectClient,
  { workPool, paused }: Deployment,
  serving: { name: string } | undefined,
  reporter: Reporter,
): Promise<void> {
  if (!serving)
    reporter.warn(
      workPool
        ? `The deployment runs in work pool ${workPool}, which no worker of this system serves.`
        : "The deployment has no work pool: no worker will start its run.",
    );
  if (paused) reporter.warn("The deployment is paused; a run that is asked for starts all the same.");
  const pool = workPool ? await prefect.readWorkPool(workPool) : undefined;
  const obstacle = pool && poolObstacle(pool);
  if (obstacle) reporter.warn(obstacle);
}

const placement = (task: FlowRunTask | undefined, { system }: OpenSystem, worker: SystemWorker): string[] =>
  task ? misplacements(task, system, worker) : [`No task for it was seen in cluster ${system.cluster_name}.`];
