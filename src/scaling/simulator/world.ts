import type { Spread } from "./random.ts";

/** What is taken as given about Fargate, Prefect's worker and prices. Times are seconds. */
export interface World {
  readonly workerType: "process" | "ecs";
  readonly slotsPerWorker: number;
  /** PREFECT_WORKER_QUERY_SECONDS. */
  readonly pollSeconds: number;
  /** PREFECT_WORKER_PREFETCH_SECONDS: how long before it is due a scheduled run is taken. It then waits in its slot. */
  readonly prefetchSeconds: number;
  /** From the service's wish to a worker's (or an `ecs` flow's) code running. */
  readonly coldStart: Spread;
  /** From taking a run to its flow function, where the worker is warm: a Python process that imports Prefect. */
  readonly runStart: Spread;
  readonly workerDollarsPerHour: number;
  /** For `ecs`: the task that one flow run gets. */
  readonly flowDollarsPerHour: number;
}

/** Fargate, Linux, x86, us-east-1. https://aws.amazon.com/fargate/pricing/ */
const VCPU_DOLLARS_PER_HOUR = 0.04048;
const GIB_DOLLARS_PER_HOUR = 0.004445;

const dollarsPerHour = (vcpu: number, gib: number): number =>
  vcpu * VCPU_DOLLARS_PER_HOUR + gib * GIB_DOLLARS_PER_HOUR;

/**
 * Fitted to published measurements of images around 200 MB, compressed: 53 to 62 s through a NAT gateway for
 * twice that size, 23 s of them before the pull begins.
 */
const COLD_START: Spread = { p50: 41, p95: 58 };

/** An image a third of that size, or one loaded lazily. */
export const SLIM_COLD_START: Spread = { p50: 24, p95: 34 };

/** Workers of 1 vCPU and 2 GiB that run flows in four slots, as Prefect polls by default. */
export const PROCESS_WORLD: World = {
  workerType: "process",
  slotsPerWorker: 4,
  pollSeconds: 10,
  prefetchSeconds: 10,
  coldStart: COLD_START,
  runStart: { p50: 3, p95: 4.5 },
  workerDollarsPerHour: dollarsPerHour(1, 2),
  flowDollarsPerHour: 0,
};

/**
 * The same with what our image sets: runs are taken 20 s before they are due, so that neither the poll nor the
 * start of a Python process makes them late. It costs the slot for those seconds.
 */
export const EARLY_WORLD: World = { ...PROCESS_WORLD, prefetchSeconds: 20 };

/** A worker of 0.25 vCPU and 0.5 GiB that submits every run as a task of 1 vCPU and 2 GiB. */
export const ECS_WORLD: World = {
  ...PROCESS_WORLD,
  workerType: "ecs",
  slotsPerWorker: Number.POSITIVE_INFINITY,
  pollSeconds: 5,
  prefetchSeconds: 60,
  runStart: COLD_START,
  workerDollarsPerHour: dollarsPerHour(0.25, 0.5),
  flowDollarsPerHour: dollarsPerHour(1, 2),
};

/** Fargate bills from the image pull on, and every task at least a minute. */
export const UNBILLED_PROVISIONING_SECONDS = 20;
export const LEAST_BILLED_SECONDS = 60;
