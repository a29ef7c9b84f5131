/**
 * How a service of workers is scaled. Two kinds of workers differ in one thing: `process` workers run flows in
 * their own task, in slots; an `ecs` worker only submits each run as a task of its own.
 */
export interface ScalingSettings {
  /** Whether flow runs are inside the workers' tasks or tasks of their own. */
  readonly workerType: "process" | "ecs";
  /** The service never has fewer workers. 0 lets it sleep. @default 0 */
  readonly minWorkers: number;
  /** The service never has more workers. */
  readonly maxWorkers: number;
  /** How many runs one `process` worker takes at once. It means nothing for `ecs`. @default 4 */
  readonly slotsPerWorker: number;
  /** From the wish for a worker to its first poll, in 95 of 100 cases. 58 s fits an image of 200 MB. @default 58 */
  readonly coldStartSeconds: number;
  /** How far the decision looks ahead: so long it takes until what it wishes for is there. @default - a cold start and 12 s; 75 s more for `ecs` */
  readonly horizonSeconds: number;
  /** A worker must have been unneeded for so long before it is given up. @default 30, or 120 for `ecs` */
  readonly scaleInSeconds: number;
  /** Room for the unforeseen, in standard deviations of the number of runs in flight. 0 trusts the average. @default 0.85 */
  readonly headroomDeviations: number;
  /** Between two looks. @default 10 */
  readonly lookSeconds: number;
  /** The same while the service sleeps: a look is one request then, and no worker polls. @default 2 */
  readonly lookAtZeroSeconds: number;
  /** Answers older than this are not acted upon. @default 30 */
  readonly staleAfterSeconds: number;
}

/** What one has to say; the rest has defaults. */
export type ScalingInput = Pick<ScalingSettings, "workerType" | "maxWorkers"> & Partial<ScalingSettings>;

/** What passes before a cold start begins: the time between two looks, and two seconds to act. */
const LOOK_AND_ACT_SECONDS = 12;

/**
 * An `ecs` worker wakes early enough to submit runs a cold start before they are due: our worker sets
 * PREFECT_WORKER_PREFETCH_SECONDS to 60 and PREFECT_WORKER_QUERY_SECONDS to 5. Ten more seconds cost a small worker
 * next to nothing and make up for the slowest of starts.
 */
const ECS_SUBMITS_AHEAD_SECONDS = 75;

/** Starting a submitter again costs a cold start, so it is not sent to sleep for a short pause. */
const ECS_SCALE_IN_SECONDS = 120;

/** Fills in the defaults, which were chosen on the simulator's tuning seeds. */
export function scalingSettings(input: ScalingInput): ScalingSettings {
  const ecs = input.workerType === "ecs";
  const coldStartSeconds = input.coldStartSeconds ?? 58;
  const lookAhead = coldStartSeconds + LOOK_AND_ACT_SECONDS;
  return {
    workerType: input.workerType,
    minWorkers: input.minWorkers ?? 0,
    maxWorkers: input.maxWorkers,
    slotsPerWorker: input.slotsPerWorker ?? 4,
    coldStartSeconds,
    horizonSeconds: input.horizonSeconds ?? (ecs ? lookAhead + ECS_SUBMITS_AHEAD_SECONDS : lookAhead),
    scaleInSeconds: input.scaleInSeconds ?? (ecs ? ECS_SCALE_IN_SECONDS : 30),
    headroomDeviations: input.headroomDeviations ?? 0.85,
    lookSeconds: input.lookSeconds ?? 10,
    lookAtZeroSeconds: input.lookAtZeroSeconds ?? 2,
    staleAfterSeconds: input.staleAfterSeconds ?? 30,
  };
}

export function withinLimits(workers: number, { minWorkers, maxWorkers }: ScalingSettings): number {
  return Math.max(minWorkers, Math.min(maxWorkers, workers));
}
