import type { PrefectWorker } from "#prefect/client.ts";
import { countOnline } from "#prefect/worker-presence.ts";
import type { PoolStatus } from "./pool-status.ts";
import type { ScalingStatus } from "./scaling-status.ts";
import type { ServiceStatus } from "./service-status.ts";

/** It is started every minute. */
const SCALER_SILENT_MS = 5 * 60_000;

/** What is known of one worker; undefined for what does not exist. */
export interface WorkerFacts {
  readonly name: string;
  readonly type: "ecs" | "process";
  readonly service: ServiceStatus | undefined;
  readonly scaling: ScalingStatus;
  readonly heartbeats: readonly PrefectWorker[];
  readonly pool: PoolStatus | undefined;
  readonly poolName: string;
}

/** What is not as it should be, in sentences; none when the worker is healthy. A worker of no tasks is switched off, not ill. */
export function problemsOf(worker: WorkerFacts): string[] {
  return [
    ...problemsOfService("Worker", worker),
    ...ofScaling(worker),
    ...ofHeartbeats(worker),
    ...ofPool(worker),
  ];
}

export function problemsOfService(
  kind: "Worker" | "Service",
  { name, type, service }: Pick<WorkerFacts, "name" | "service"> & Partial<Pick<WorkerFacts, "type">>,
): string[] {
  if (!service) return [`${kind} ${name} has no ECS service: prefect-fargate deploy makes it again.`];
  const { desired, running, rollout, tasks } = service;
  const unhealthy = tasks.filter(({ status, health }) => status === "RUNNING" && health === "UNHEALTHY");
  return [
    ...(running < desired ? [`${kind} ${name} runs ${running} of ${desired} tasks.`] : []),
    ...(rollout.state === "FAILED"
      ? [`The deployment of ${rollout.revision} failed: ${sentence(rollout.reason)}`]
      : []),
    // ECS goes on with a deployment until the last old process worker has done its work, which is as it should be.
    ...(rollout.state === "IN_PROGRESS" && !(type === "process" && isReplaced(service))
      ? [`The deployment of ${rollout.revision} is still in progress.`]
      : []),
    ...unhealthy.map(({ id }) => `Task ${id.slice(0, 8)} fails its health check.`),
  ];
}

/** Whether as many tasks of the new revision as are wanted are there, and all others only finish their work. */
function isReplaced({ desired, tasks, rollout }: ServiceStatus): boolean {
  const live = tasks.filter(({ status }) => status !== "STOPPED");
  const ready = live.filter(({ revision, health }) => revision === rollout.revision && health === "HEALTHY");
  return ready.length >= desired && live.every((task) => task.draining || ready.includes(task));
}

/** Without a scaler that decides, a worker that sleeps would sleep on. */
function ofScaling({ name, scaling, service }: WorkerFacts): string[] {
  if (scaling.mode !== "queue") return [];
  const { decision } = scaling;
  if (decision?.held) return [`The scaler does not know what worker ${name} needs. ${decision.reason}`];
  const since = decision?.at ?? service?.rollout.since;
  if (!since || Date.now() - since.getTime() < SCALER_SILENT_MS) return [];
  return [
    decision
      ? `The scaler has decided nothing on worker ${name} for more than ${SCALER_SILENT_MS / 60_000} minutes.`
      : `The scaler has not decided on worker ${name} yet: its first decision takes up to two minutes after a deploy.`,
  ];
}

function ofHeartbeats({ name, service, heartbeats, poolName }: WorkerFacts): string[] {
  const desired = service?.desired ?? 1;
  const online = countOnline(heartbeats, { name });
  if (online >= desired) return [];
  return [
    online === 0
      ? `No worker ${name} is ONLINE in work pool ${poolName}.`
      : `${online} of ${desired} workers called ${name} are ONLINE in work pool ${poolName}.`,
  ];
}

function ofPool({ type, pool, poolName }: WorkerFacts): string[] {
  if (!pool) return [`There is no work pool ${poolName}: prefect-fargate deploy makes it again.`];
  const late = pool.queues.reduce((sum, queue) => sum + queue.late, 0);
  return [
    ...(pool.type === type ? [] : [`Work pool ${poolName} is of type ${pool.type}, not ${type}.`]),
    ...(pool.paused ? [`Work pool ${poolName} is paused: no run starts.`] : []),
    ...(pool.concurrencyLimit === 0
      ? [`Work pool ${poolName} has a concurrency limit of 0: no run starts.`]
      : []),
    ...pool.queues
      .filter(({ paused }) => paused)
      .map((queue) => `Queue ${queue.name} of ${poolName} is paused: no run of it starts.`),
    ...(late > 0 ? [`${late} ${late === 1 ? "run is" : "runs are"} late in work pool ${poolName}.`] : []),
  ];
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text || "ECS gave no reason"}.`);
