import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { PrefectFargateError } from "#errors";
import type { PrefectClient, PrefectWorker } from "#prefect/client.ts";
import { assertPoolType } from "#prefect/pool-checks.ts";
import { describePresence, workerPresence } from "#prefect/worker-presence.ts";
import type { Stage } from "#reporter";
import type { AwsClients } from "./aws-clients.ts";
import { explainMissingWorker } from "./explain-missing-worker.ts";
import { type Look, poll } from "./poll.ts";
import { awaitRollout, type Rollout } from "./rollout.ts";
import type { System, SystemWorker } from "./system.ts";

/** A cold image pull, a pip install and three failed starts fit in. */
const DEFAULT_TIMEOUT_SECONDS = 600;
/**
 * For the first heartbeat of tasks that ECS calls healthy. Prefect 3 tries to reach an API that was down again after one
 * minute, and then after two.
 */
const HEARTBEAT_TIMEOUT_SECONDS = 240;
const INTERVAL_SECONDS = 0.5;
/** Prefect does not answer right now: no reason to give a deploy up before its time. */
const SILENCE: ReadonlySet<string> = new Set([
  "PREFECT_UNREACHABLE",
  "PREFECT_FAILED",
  "PREFECT_RATE_LIMITED",
]);

export interface AwaitOnlineOptions {
  /** Limit for ECS to run the revision. @default 600 */
  readonly timeoutSeconds?: number;
  /** Limit for the heartbeat after that. @default 240 */
  readonly heartbeatTimeoutSeconds?: number;
  /** The ECS deployment that was asked for, where the revision stays the same. @default - any */
  readonly deploymentId?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface OnlineWorker {
  readonly name: string;
  readonly workPool: string;
  /** ASLEEP: the service wants no task now, so nobody can be ONLINE. */
  readonly status: PrefectWorker["status"] | "ASLEEP";
  readonly lastHeartbeat: Date | undefined;
  /** ECS tasks of the deployed revision. */
  readonly tasks: readonly string[];
  /** Older tasks that finish their work under task protection. */
  readonly draining: readonly string[];
}

/**
 * The gate at the end of a deploy: ECS runs the intended revision and nothing older, and Prefect shows a heartbeat that
 * only the new tasks can have sent. Old and new tasks share one row in Prefect, so a fresh heartbeat alone
 * proves nothing, and a running task alone even less.
 * @throws WORKER_NOT_ONLINE with the cause and the evidence; ROLLED_BACK, TIMED_OUT
 */
export async function awaitOnline(
  name: string,
  system: System,
  { aws, prefect }: { aws: AwsClients; prefect: PrefectClient },
  stage: Stage,
  options: AwaitOnlineOptions = {},
): Promise<OnlineWorker> {
  const {
    timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
    heartbeatTimeoutSeconds = HEARTBEAT_TIMEOUT_SECONDS,
    deploymentId,
    signal,
  } = options;
  const worker = system.workers[name];
  if (!worker)
    throw new PrefectFargateError("WORKER_UNKNOWN", `The system has no worker ${name}.`, { source: "bug" });
  const target = {
    cluster: system.cluster_name,
    service: worker.service_name,
    taskDefinitionArn: worker.task_definition_arn,
    ...(deploymentId ? { deploymentId } : {}),
    protectsItself: worker.worker_type === "process",
  };
  const limits = { timeoutSeconds, intervalSeconds: INTERVAL_SECONDS, signal };
  try {
    const rollout = await awaitRollout(aws.ecs, target, limits, (state) => stage.update(state));
    const found = {
      workPool: worker.work_pool,
      tasks: rollout.running.flatMap(({ taskArn }) => (taskArn ? [taskArn] : [])),
      draining: rollout.draining.flatMap(({ taskArn }) => (taskArn ? [taskArn] : [])),
    };
    if (rollout.desiredCount === 0) {
      await refuseOtherType(prefect, worker);
      return { name, status: "ASLEEP", lastHeartbeat: undefined, ...found };
    }
    stage.update("waiting for its heartbeat in Prefect");
    const look = () => lookForHeartbeat(prefect, worker, name, rollout);
    const row = await poll<PrefectWorker | undefined>(
      async () => (await fellAsleep(aws.ecs, target)) ?? look(),
      {
        what: `a heartbeat of ${name} in work pool ${worker.work_pool}`,
        ...limits,
        timeoutSeconds: heartbeatTimeoutSeconds,
      },
    );
    await refuseOtherType(prefect, worker);
    if (row === undefined) return { name, status: "ASLEEP", lastHeartbeat: undefined, ...found };
    return { name: row.name, status: row.status, lastHeartbeat: row.lastHeartbeat, ...found };
  } catch (error) {
    if (!isWorthExplaining(error)) throw error;
    throw await explainMissingWorker(name, system, { aws, prefect }, error);
  }
}

/** The scaler may find nothing to do for a new worker before anybody has seen its heartbeat. */
async function fellAsleep(
  ecs: AwsClients["ecs"],
  { cluster, service }: { readonly cluster: string; readonly service: string },
): Promise<{ found: undefined } | undefined> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  return services?.[0]?.desiredCount === 0 ? { found: undefined } : undefined;
}

async function lookForHeartbeat(
  prefect: PrefectClient,
  { work_pool, worker_type }: SystemWorker,
  name: string,
  rollout: Rollout,
): Promise<Look<PrefectWorker>> {
  const starts = rollout.running.map((task) => task.startedAt?.getTime() ?? 0);
  const after = new Date(Math.max(rollout.lastOldStop?.getTime() ?? 0, ...starts));
  const rows = await prefect.listWorkers(work_pool).catch((error: unknown) => {
    if (error instanceof PrefectFargateError && SILENCE.has(error.code)) return error;
    throw error;
  });
  if (rows instanceof PrefectFargateError) return { seen: rows.message.replace(/\.$/, "") };
  // Each task of a process worker has a row of its own, and those of older tasks are still there.
  const isNew = (row: PrefectWorker) =>
    rollout.running.some(({ taskArn }) => row.name === `${name}-${taskArn?.split("/").at(-1)}`);
  const workers = worker_type === "process" ? rows.filter(isNew) : rows;
  const presence = workerPresence(workers, { name, after });
  return presence.kind === "online"
    ? { found: presence.worker }
    : { seen: describePresence(presence, { name, after }) };
}

/** A pool may have been replaced since the deploy began; a worker in one of another type is ONLINE and of no use. */
async function refuseOtherType(
  prefect: PrefectClient,
  { work_pool, worker_type }: SystemWorker,
): Promise<void> {
  const pool = await prefect.readWorkPool(work_pool);
  if (pool) assertPoolType(pool, worker_type);
}

const EXPLAINED: ReadonlySet<string> = new Set(["TIMED_OUT", "ROLLED_BACK", "POOL_TYPE_DIFFERS"]);

const isWorthExplaining = (error: unknown): error is PrefectFargateError =>
  error instanceof PrefectFargateError && EXPLAINED.has(error.code);
