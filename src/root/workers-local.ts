import { firstTasks } from "#config/fill-worker.ts";
import type { WorkerConfig } from "#config/schema.ts";
import { workerInterface } from "#infra/interfaces/worker.ts";
import { type Json, type JsonObject, renderBlock } from "#terraform/hcl.ts";
import { type Arguments, argumentValue, reference, terraformName } from "#terraform/module-interface.ts";
import { CPU_ARCHITECTURES, capacityShares } from "./capacity-shares.ts";

type WorkerArguments = Arguments<typeof workerInterface.inputs>;
type Readers = { [K in keyof WorkerArguments]?: (worker: WorkerConfig) => NonNullable<WorkerArguments[K]> };

/** What differs from worker to worker: module argument, and how it is read from a worker's config. */
const VALUES = {
  workPool: (worker) => worker.workPool,
  image: (worker) => worker.image,
  extraPipPackages: (worker) => worker.extraPipPackages,
  environment: (worker) => worker.environment,
  cpu: (worker) => worker.cpu,
  memoryMiB: (worker) => worker.memoryMiB,
  desiredCount: firstTasks,
  stopTimeoutSeconds: (worker) => worker.stopTimeoutSeconds,
  policyArns: (worker) => byArn(worker.policyArns),
  flowImage: (worker) => worker.flows.image,
  flowCpu: (worker) => worker.flows.cpu,
  flowMemoryMiB: (worker) => worker.flows.memoryMiB,
  flowEnvironment: (worker) => worker.flows.environment,
  flowPolicyArns: (worker) => byArn(worker.flows.policyArns),
  flowEgressCidrs: (worker) => worker.flows.egressCidrs,
} satisfies Readers;

/** The same for what few change: it stands on the page only where a worker has other than the module's default. */
const OPTIONS = {
  workQueues: (worker) => worker.workQueues,
  cpuArchitecture: (worker) => CPU_ARCHITECTURES[worker.architecture],
  ephemeralStorageGiB: (worker) => worker.ephemeralStorageGiB,
  capacityProviderStrategy: (worker) => capacityShares(worker.capacity),
  zoneRebalancing: (worker) => worker.zoneRebalancing,
  enableExecuteCommand: (worker) => worker.exec,
  flowCpuArchitecture: (worker) =>
    worker.flows.architecture === worker.architecture ? null : CPU_ARCHITECTURES[worker.flows.architecture],
  flowLaunchType: (worker) => (worker.flows.capacity === "spot" ? "FARGATE_SPOT" : "FARGATE"),
  flowEphemeralStorageGiB: (worker) => worker.flows.ephemeralStorageGiB,
} satisfies { [K in keyof WorkerArguments]?: (worker: WorkerConfig) => WorkerArguments[K] };

type Workers = Readonly<Record<string, WorkerConfig>>;
type PerWorker = Pick<WorkerArguments, keyof typeof VALUES | keyof typeof OPTIONS>;

/** `local.workers`: a worker's name is its key, and so part of the addresses of all that belongs to it. */
export function workersLocal(workers: Workers): string {
  const columns = columnsOf(workers);
  const rows = Object.keys(workers).map((name, row) => [
    name,
    Object.fromEntries(columns.map(({ key, values }) => [terraformName(key), values[row]])),
  ]);
  return renderBlock(
    "locals",
    [],
    { workers: Object.fromEntries(rows) as JsonObject },
    { argumentNotes: { workers: "A worker's name is in the addresses of all that belongs to it." } },
  );
}

/** The arguments of `module.worker` that come from `local.workers`. */
export const workerValues = (workers: Workers): PerWorker =>
  Object.fromEntries(
    columnsOf(workers).map(({ key }) => [key, reference(`each.value.${terraformName(key)}`)]),
  ) as unknown as PerWorker;

/** Each argument with its value for every worker. */
function columnsOf(workers: Workers): { key: string; values: Json[] }[] {
  const column = ([key, read]: [string, (worker: WorkerConfig) => unknown]) => {
    const input = workerInterface.inputs[key as keyof PerWorker];
    return {
      key,
      input,
      values: Object.values(workers).map((worker) => argumentValue(input, read(worker) as Json)),
    };
  };
  const isUsed = ({ input, values }: ReturnType<typeof column>) =>
    values.some((value) => JSON.stringify(value) !== JSON.stringify(input.default));
  return [...Object.entries(VALUES).map(column), ...Object.entries(OPTIONS).map(column).filter(isUsed)];
}

/** Policies by their own ARN: adding one changes no other's address. */
const byArn = (arns: readonly string[]): Record<string, string> =>
  Object.fromEntries(arns.map((arn) => [arn, arn]));
