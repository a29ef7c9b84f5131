import type { Observation, ObservedWorker, RunningRun, WaitingRun } from "../../src/scaling/observation.ts";

export const NOW = 1_795_000_000;

type Wanted = Partial<Omit<Observation, "runs">> & { readonly runs?: Partial<Observation["runs"]> };

/** A quiet pool whose service has looked for long enough to know that nothing was needed. */
export function observation({ runs, ...rest }: Wanted = {}): Observation {
  return {
    now: NOW,
    apiAnswered: true,
    observedAt: NOW,
    complete: true,
    desired: rest.workers?.length ?? 0,
    workers: [],
    adHoc: { runs: 0, windowSeconds: 900, expectedDurationSeconds: null },
    limits: { paused: false, concurrency: null, queues: {} },
    memory: { since: NOW - 600, needs: [{ at: NOW - 10, workers: 0 }] },
    ...rest,
    runs: { queued: [], running: [], scheduled: [], ...runs },
  };
}

export function worker(id: string, traits: Partial<ObservedWorker> = {}): ObservedWorker {
  return {
    id,
    launchedAt: NOW - 600,
    ready: true,
    slots: 4,
    busySlots: 0,
    draining: false,
    outdated: false,
    ...traits,
  };
}

/** So many runs, due so many seconds from now. */
export function waiting(count: number, inSeconds: number, traits: Partial<WaitingRun> = {}): WaitingRun[] {
  return Array.from({ length: count }, () => ({
    dueAt: NOW + inSeconds,
    expectedDurationSeconds: 600,
    ...traits,
  }));
}

/** So many runs of a worker, a minute old. */
export function running(
  count: number,
  workerId: string | null,
  traits: Partial<RunningRun> = {},
): RunningRun[] {
  return Array.from({ length: count }, () => ({
    dueAt: NOW - 60,
    startedAt: NOW - 60,
    expectedDurationSeconds: null,
    workerId,
    ...traits,
  }));
}
