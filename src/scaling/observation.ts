/** Seconds since 1970, with fractions: what the decision calculates with. */
export type Instant = number;

/**
 * All that the decision knows: one look at Prefect and at the service's tasks, as plain data. Whatever needs
 * history (the traffic of the last minutes, how long runs take, what was needed lately) is in here as well, so
 * that the same observation always gives the same decision.
 */
export interface Observation {
  /** When the look is taken. */
  readonly now: Instant;
  /** Whether Prefect and ECS both answered this look. When they did not, nothing below is relied on. */
  readonly apiAnswered: boolean;
  /** What went wrong, as a clause that can follow "because": "Prefect answered 429". */
  readonly trouble?: string;
  /** When the oldest answer used here was given. */
  readonly observedAt: Instant;
  /** False when there were more runs than were read: then the service may grow, but not shrink. */
  readonly complete: boolean;
  /** The service's desired count, which includes draining workers until they have exited. */
  readonly desired: number;
  /** The pool's flow runs. */
  readonly runs: ObservedRuns;
  /** The service's tasks. */
  readonly workers: readonly ObservedWorker[];
  /** How many runs come unannounced. */
  readonly adHoc: AdHocTraffic;
  /** What keeps runs from being taken, however many workers there are. */
  readonly limits: WorkLimits;
  /** What the previous decision asked to be told again. Without it the service may grow, but not shrink yet. */
  readonly memory?: ScalingMemory;
}

/** A pool's flow runs, by what they need. */
export interface ObservedRuns {
  /** Due, and no worker has taken them. */
  readonly queued: readonly WaitingRun[];
  /** Taken by a worker: pending, running, retrying in their process, being cancelled. */
  readonly running: readonly RunningRun[];
  /** Coming: due later than now. Those further ahead than the decision looks may be left out. */
  readonly scheduled: readonly WaitingRun[];
}

/** A run that no worker has taken. */
export interface WaitingRun {
  /** When it is to begin. */
  readonly dueAt: Instant;
  /** The median of its deployment's runs lately; null when unknown. */
  readonly expectedDurationSeconds: number | null;
  /** The work queue it waits in. @default - the pool's default queue */
  readonly queue?: string;
}

/** A run that a worker has taken. */
export interface RunningRun extends WaitingRun {
  /** Null while its process is starting. */
  readonly startedAt: Instant | null;
  /** Null when it cannot be told which worker runs it. */
  readonly workerId: string | null;
}

/** One task of the service, which is one worker. */
export interface ObservedWorker {
  /** Its task's id. */
  readonly id: string;
  /** When ECS was asked for it. */
  readonly launchedAt: Instant;
  /** Whether it takes work: its task runs and it has polled. */
  readonly ready: boolean;
  /** How many runs it takes at once. */
  readonly slots: number;
  /** Null when it cannot be told; such a worker is never drained. */
  readonly busySlots: number | null;
  /** It was told to take no more work, and exits when it is empty. */
  readonly draining: boolean;
  /** It runs an older task definition than the service wants; a deployment is replacing it. */
  readonly outdated: boolean;
}

/** Runs that nobody announced: started by hand, by an event or by another flow. */
export interface AdHocTraffic {
  /** How many fell due in the window that ends now. */
  readonly runs: number;
  /** How long the window is. */
  readonly windowSeconds: number;
  /** The median of those that ended lately; null when unknown. */
  readonly expectedDurationSeconds: number | null;
}

/** What Prefect itself holds back. */
export interface WorkLimits {
  /** The pool is paused: nothing new starts. */
  readonly paused: boolean;
  /** How many runs of the pool may be in progress at once; null for no limit. */
  readonly concurrency: number | null;
  /** Only queues that are paused or limited need to be named. */
  readonly queues: Readonly<Record<string, QueueLimit>>;
}

/** What Prefect holds back of one queue. */
export interface QueueLimit {
  /** Nothing of it starts. */
  readonly paused: boolean;
  /** How many of its runs may be in progress at once; null for no limit. */
  readonly concurrency: number | null;
}

/** Carried from one decision to the next. Losing it costs money for some seconds, never a run. */
export interface ScalingMemory {
  /** Since when the needs below are known without a gap. */
  readonly since: Instant;
  /** How many workers were needed, at each look of the last `scaleInSeconds`. */
  readonly needs: readonly { readonly at: Instant; readonly workers: number }[];
}
