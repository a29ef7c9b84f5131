import type { WorkerConfig } from "#config/schema.ts";
import type { workerInterface } from "#infra/interfaces/worker.ts";
import { type JsonObject, renderBlock } from "#terraform/hcl.ts";
import { type Arguments, reference, terraformName } from "#terraform/module-interface.ts";

type WorkerArguments = Arguments<typeof workerInterface.inputs>;
/** What differs from worker to worker: module argument, and how it is read from a worker's config. */
const VALUES = {
  workPool: (worker) => worker.workPool,
  image: (worker) => worker.image,
  extraPipPackages: (worker) => worker.extraPipPackages,
  environment: (worker) => worker.environment,
  cpu: (worker) => worker.cpu,
  memoryMiB: (worker) => worker.memoryMiB,
  desiredCount: (worker) => worker.desiredCount,
  stopTimeoutSeconds: (worker) => worker.stopTimeoutSeconds,
  policyArns: (worker) => byArn(worker.policyArns),
  flowImage: (worker) => worker.flows.image,
  flowCpu: (worker) => worker.flows.cpu,
  flowMemoryMiB: (worker) => worker.flows.memoryMiB,
  flowEnvironment: (worker) => worker.flows.environment,
  flowPolicyArns: (worker) => byArn(worker.flows.policyArns),
  flowEgressCidrs: (worker) => worker.flows.egressCidrs,
} satisfies { [K in keyof WorkerArguments]?: (worker: WorkerConfig) => NonNullable<WorkerArguments[K]> };

type PerWorker = Pick<WorkerArguments, keyof typeof VALUES>;

/** `local.workers`: a worker's name is its key, and so part of the addresses of all that belongs to it. */
export function workersLocal(workers: Readonly<Record<string, WorkerConfig>>): string {
  const values = Object.entries(workers).map(([name, worker]) => [
    name,
    Object.fromEntries(Object.entries(VALUES).map(([key, read]) => [terraformName(key), read(worker)])),
  ]);
  return renderBlock(
    "locals",
    [],
    { workers: Object.fromEntries(values) as JsonObject },
    { argumentNotes: { workers: "A worker's name is in the addresses of all that belongs to it." } },
  );
}

/** The arguments of `module.worker` that come from `local.workers`. */
export const workerValues = (): PerWorker =>
  Object.fromEntries(
    Object.keys(VALUES).map((key) => [key, reference(`each.value.${terraformName(key)}`)]),
  ) as unknown as PerWorker;

/** Policies by their own ARN: adding one changes no other's address. */
const byArn = (arns: readonly string[]): Record<string, string> =>
  Object.fromEntries(arns.map((arn) => [arn, arn]));
