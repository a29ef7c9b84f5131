import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { PrefectWorker } from "#prefect/client.ts";
import type { AwsClients } from "./aws-clients.ts";
import type { OpenSystem } from "./open-system.ts";
import { type PoolStatus, readPool } from "./status/pool-status.ts";
import { problemsOf, problemsOfService } from "./status/problems.ts";
import { type RunStatus, readRuns } from "./status/run-status.ts";
import { readScaling, type ScalingStatus } from "./status/scaling-status.ts";
import { readService, type ServiceStatus } from "./status/service-status.ts";
import type { System, SystemService, SystemWorker } from "./system.ts";

/** A worker on AWS and in Prefect. */
export interface WorkerStatus {
  /** Its name in the config. */
  readonly name: string;
  /** Whether flow runs are tasks of their own or processes inside its tasks. */
  readonly type: SystemWorker["worker_type"];
  /** The work pool that it serves. */
  readonly workPool: string;
  /** Its ECS service; undefined when that is gone. */
  readonly service: ServiceStatus | undefined;
  readonly scaling: ScalingStatus;
  /** Prefect's rows of that name, also of `ecs` workers that are gone. */
  readonly heartbeats: readonly PrefectWorker[];
}

/** A service beside the workers. */
export interface BesideStatus {
  /** Its name in the config. */
  readonly name: string;
  /** Its ECS service; undefined when that is gone. */
  readonly service: ServiceStatus | undefined;
  /** Of its load balancer, where it has one. */
  readonly url: string | undefined;
}

/** How a system is at this moment. */
export interface SystemStatus {
  /** False when there are `problems`. */
  readonly healthy: boolean;
  /** Why it is not, in sentences. */
  readonly problems: readonly string[];
  /** The AWS region. */
  readonly region: string;
  /** The cluster's name, which is the system's. */
  readonly cluster: string;
  /** Its workers, on AWS and in Prefect. */
  readonly workers: readonly WorkerStatus[];
  /** Services beside them. */
  readonly services: readonly BesideStatus[];
  /** The work pools with their queues. */
  readonly pools: readonly PoolStatus[];
  /** The last flow runs with their tasks, the latest first. */
  readonly runs: readonly RunStatus[];
  /** `changed` is when a key was last put; its value is not read. Undefined when there is none. */
  readonly apiKey: { readonly secretArn: string; readonly changed: Date | undefined } | undefined;
}

/**
 * Everything one wants to know at a glance. All questions are asked at the same time, and none changes anything: queues
 * are counted in a way that does not mark them as polled.
 *
 * @throws PREFECT_KEY_REFUSED, PREFECT_UNREACHABLE and what else Prefect's API throws; AWS's own error where it refuses
 */
export async function readStatus({ system, prefect, aws }: OpenSystem): Promise<SystemStatus> {
  const members = Object.entries(system.workers);
  const poolNames = [...new Set(members.map(([, worker]) => worker.work_pool))];
  const [services, beside, pools, rows, runs, apiKey, scalings] = await Promise.all([
    Promise.all(members.map(([, worker]) => readService(aws, system, worker))),
    Promise.all(Object.entries(system.services).map((member) => readBeside(aws, system, member))),
    Promise.all(poolNames.map((name) => readPool(prefect, name))),
    Promise.all(poolNames.map((name) => prefect.listWorkers(name))),
    readRuns(prefect, aws, system, poolNames),
    readKeyAge(aws, system),
    readScaling(aws, system),
  ]);
  const workers = members.map(([name, { work_pool, worker_type: type }], index): WorkerStatus => {
    const service = services[index];
    const poolRows = rows[poolNames.indexOf(work_pool)] ?? [];
    const heartbeats = poolRows.filter((row) => isOf(row, name) && isCurrent(row, type, service));
    const scaling = scalings.get(name) ?? { mode: "fixed" };
    return { name, type, workPool: work_pool, service, scaling, heartbeats };
  });
  const problems = [
    ...workers.flatMap(({ name, type, workPool, service, scaling, heartbeats }) =>
      problemsOf({
        name,
        type,
        service,
        scaling,
        heartbeats,
        poolName: workPool,
        pool: pools[poolNames.indexOf(workPool)],
      }),
    ),
    ...beside.flatMap((service) => problemsOfService("Service", service)),
    ...(apiKey || !system.api_key_secret_arn
      ? []
      : [`The secret ${system.api_key_secret_arn} does not exist: the next task cannot start.`]),
  ];
  return {
    healthy: problems.length === 0,
    problems: [...new Set(problems)],
    region: system.region,
    cluster: system.cluster_name,
    workers,
    services: beside,
    pools: pools.filter((pool) => pool !== undefined),
    runs,
    apiKey,
  };
}

/** `dev-worker`, and `dev-worker-<task>` where there are several. */
const isOf = ({ name }: PrefectWorker, worker: string): boolean =>
  name === worker || name.startsWith(`${worker}-`);

/** Every task of a process worker leaves a row behind when it has gone: of those only the tasks that are there count. */
const isCurrent = ({ name }: PrefectWorker, type: WorkerStatus["type"], service?: ServiceStatus): boolean =>
  type === "ecs" ||
  (service?.tasks ?? []).some(({ id, status }) => status !== "STOPPED" && name.endsWith(`-${id}`));

async function readBeside(
  aws: AwsClients,
  system: System,
  [name, member]: readonly [string, SystemService],
): Promise<BesideStatus> {
  const service = await readService(aws, system, member);
  return { name, service, url: system.load_balancers[name]?.url };
}

async function readKeyAge({ secrets }: AwsClients, { api_key_secret_arn: SecretId }: System) {
  if (!SecretId) return undefined;
  const found = await secrets.send(new DescribeSecretCommand({ SecretId })).catch((error: unknown) => {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  });
  if (!found || found.DeletedDate) return undefined;
  return { secretArn: SecretId, changed: found.LastChangedDate ?? found.CreatedDate };
}
