import { firstTasks, mostTasks } from "#config/fill-worker.ts";
import { poolOwner } from "#config/pool-owner.ts";
import type { WorkerConfig } from "#config/schema.ts";
import { processWorkerInterface } from "#infra/interfaces/process-worker.ts";
import { workerInterface } from "#infra/interfaces/worker.ts";
import { type Json, type JsonObject, renderBlock } from "#terraform/hcl.ts";
import {
  type Arguments,
  argumentValue,
  type Inputs,
  type Reference,
  reference,
  terraformName,
} from "#terraform/module-interface.ts";
import { CPU_ARCHITECTURES, capacityShares } from "./capacity-shares.ts";

/** Who else there is matters to workers that share a pool. */
type Read<T> = (worker: WorkerConfig, name: string, workers: Workers) => T;
type Values<I extends Inputs> = { readonly [K in keyof I]?: Read<NonNullable<Arguments<I>[K]>> };
type Options<I extends Inputs> = { readonly [K in keyof I]?: Read<Arguments<I>[K]> };

/** What differs from worker to worker: module argument, and how it is read from a worker's config. */
const COMMON = {
  workPool: (worker) => worker.workPool,
  image: (worker) => worker.image,
  extraPipPackages: (worker) => worker.extraPipPackages,
  environment: (worker) => worker.environment,
  cpu: (worker) => worker.cpu,
  memoryMiB: (worker) => worker.memoryMiB,
  desiredCount: firstTasks,
  stopTimeoutSeconds: (worker) => worker.stopTimeoutSeconds,
  policyArns: (worker) => byArn(worker.policyArns),
} satisfies Values<typeof workerInterface.inputs>;

/** The same for what few change: it stands on the page only where a worker has other than the module's default. */
const COMMON_OPTIONS = {
  workQueues: (worker) => worker.workQueues,
  scaled: (worker) => worker.scaling.mode !== "fixed",
  mostTasks: (worker) => (worker.scaling.mode === "fixed" ? null : mostTasks(worker)),
  cpuArchitecture: (worker) => CPU_ARCHITECTURES[worker.architecture],
  ephemeralStorageGiB: (worker) => worker.ephemeralStorageGiB,
  capacityProviderStrategy: (worker) => capacityShares(worker.capacity),
  zoneRebalancing: (worker) => worker.zoneRebalancing,
  enableExecuteCommand: (worker) => worker.exec,
} satisfies Options<typeof workerInterface.inputs>;

const VALUES = {
  ...COMMON,
  flowImage: (worker) => worker.flows.image,
  flowCpu: (worker) => worker.flows.cpu,
  flowMemoryMiB: (worker) => worker.flows.memoryMiB,
  flowEnvironment: (worker) => worker.flows.environment,
  flowPolicyArns: (worker) => byArn(worker.flows.policyArns),
  flowEgressCidrs: (worker) => worker.flows.egressCidrs,
} satisfies Values<typeof workerInterface.inputs>;

const OPTIONS = {
  ...COMMON_OPTIONS,
  poolOwner: (worker, name, workers) => {
    const owner = poolOwner(workers, worker.workPool, ({ workPool }) => workPool);
    return owner === undefined || owner === name ? null : owner;
  },
  flowCpuArchitecture: (worker) =>
    worker.flows.architecture === worker.architecture ? null : CPU_ARCHITECTURES[worker.flows.architecture],
  flowLaunchType: (worker) => (worker.flows.capacity === "spot" ? "FARGATE_SPOT" : "FARGATE"),
  flowEphemeralStorageGiB: (worker) => worker.flows.ephemeralStorageGiB,
} satisfies Options<typeof workerInterface.inputs>;

const PROCESS_VALUES = {
  ...COMMON,
  // Runs inherit the environment of the worker in which they are.
  environment: (worker) => ({ ...worker.flows.environment, ...worker.environment }),
  slots: (worker) => worker.slots!,
  egressCidrs: (worker) => worker.flows.egressCidrs,
} satisfies Values<typeof processWorkerInterface.inputs>;

export type Workers = Readonly<Record<string, WorkerConfig>>;

/** Workers of one kind: the local value that lists them, and the arguments that their module takes from it. */
export interface WorkersTable<A> {
  readonly local: string;
  readonly block: string;
  readonly values: A;
}

/** `local.workers`: a worker's name is its key, and so part of the addresses of all that belongs to it. */
export const ecsWorkers = (workers: Workers) =>
  table("workers", workers, workerInterface.inputs, VALUES, OPTIONS);

/** `local.process_workers`, the same for workers whose flow runs are inside their tasks. */
export const processWorkers = (workers: Workers) =>
  table("process_workers", workers, processWorkerInterface.inputs, PROCESS_VALUES, COMMON_OPTIONS);

function table<I extends Inputs, V extends Values<I>, O extends Options<I>>(
  local: string,
  workers: Workers,
  inputs: I,
  values: V,
  options: O,
): WorkersTable<{ readonly [K in (keyof V | keyof O) & string]: Reference }> {
  const columns = columnsOf(workers, inputs, values, options);
  const rows = Object.keys(workers).map((name, row) => [
    name,
    Object.fromEntries(columns.map(({ key, values: cells }) => [terraformName(key), cells[row]])),
  ]);
  const block = renderBlock(
    "locals",
    [],
    { [local]: Object.fromEntries(rows) as JsonObject },
    { argumentNotes: { [local]: "A worker's name is in the addresses of all that belongs to it." } },
  );
  const given = columns.map(({ key }) => [key, reference(`each.value.${terraformName(key)}`)]);
  return { local, block, values: Object.fromEntries(given) };
}

/** Each argument with its value for every worker. */
function columnsOf(
  workers: Workers,
  inputs: Inputs,
  values: Options<Inputs>,
  options: Options<Inputs>,
): { key: string; values: Json[] }[] {
  const column = ([key, read]: [string, Read<unknown> | undefined]) => {
    const input = inputs[key]!;
    return {
      key,
      input,
      values: Object.entries(workers).map(([name, worker]) =>
        argumentValue(input, read!(worker, name, workers) as Json),
      ),
    };
  };
  const isUsed = ({ input, values: cells }: ReturnType<typeof column>) =>
    cells.some((cell) => JSON.stringify(cell) !== JSON.stringify(input.default));
  return [...Object.entries(values).map(column), ...Object.entries(options).map(column).filter(isUsed)];
}

/** Policies by their own ARN: adding one changes no other's address. */
const byArn = (arns: readonly string[]): Record<string, string> =>
  Object.fromEntries(arns.map((arn) => [arn, arn]));
