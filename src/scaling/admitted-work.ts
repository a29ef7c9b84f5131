import type { Observation, RunningRun, WaitingRun } from "./observation.ts";
import type { ScalingSettings } from "./settings.ts";

/** The work that will occupy workers: what Prefect lets start, and what has started on workers that stay. */
export interface AdmittedWork {
  readonly now: number;
  readonly running: readonly RunningRun[];
  readonly queued: readonly WaitingRun[];
  readonly scheduled: readonly WaitingRun[];
  /** Runs that nobody announced, per second. */
  readonly adHocPerSecond: number;
  readonly adHocDurationSeconds: number | null;
  /** How many may be in flight at once, on workers that stay. */
  readonly most: number;
}

/**
 * Leaves out what is paused, what is above a concurrency limit, what is due beyond the horizon, and what runs
 * on a draining worker, which finishes it without taking anything else.
 */
export function admit(observation: Observation, { horizonSeconds }: ScalingSettings): AdmittedWork {
  const { now, runs, workers, adHoc, limits } = observation;
  const draining = new Set(workers.filter((worker) => worker.draining).map((worker) => worker.id));
  const running = runs.running.filter((run) => run.workerId === null || !draining.has(run.workerId));
  const common = { now, running, adHocDurationSeconds: adHoc.expectedDurationSeconds };
  if (limits.paused) return { ...common, queued: [], scheduled: [], adHocPerSecond: 0, most: running.length };

  const admits = doorkeeper(observation);
  const queued = [...runs.queued].sort(earliestFirst).filter(admits);
  const soon = runs.scheduled.filter((run) => run.dueAt <= now + horizonSeconds);
  const scheduled = soon.sort(earliestFirst).filter(admits);
  const adHocPerSecond = adHoc.windowSeconds > 0 ? adHoc.runs / adHoc.windowSeconds : 0;
  const elsewhere = runs.running.length - running.length;
  const most =
    limits.concurrency === null ? Infinity : Math.max(running.length, limits.concurrency - elsewhere);
  return { ...common, queued, scheduled, adHocPerSecond, most };
}

/** Lets runs in until the pool's or their queue's concurrency limit is reached; what runs already is inside. */
function doorkeeper({ runs, limits }: Observation): (run: WaitingRun) => boolean {
  let free = limits.concurrency === null ? Infinity : limits.concurrency - runs.running.length;
  const freeIn = new Map<string, number>();
  for (const [queue, { paused, concurrency }] of Object.entries(limits.queues)) {
    const inside = runs.running.filter((run) => run.queue === queue).length;
    freeIn.set(queue, paused ? 0 : concurrency === null ? Infinity : concurrency - inside);
  }
  return ({ queue = "default" }) => {
    const freeHere = freeIn.get(queue) ?? Infinity;
    if (free <= 0 || freeHere <= 0) return false;
    free -= 1;
    freeIn.set(queue, freeHere - 1);
    return true;
  };
}

const earliestFirst = (one: WaitingRun, other: WaitingRun): number => one.dueAt - other.dueAt;
