import type { Observation, ObservedRuns, ObservedWorker, RunningRun, WaitingRun } from "../observation.ts";
import type { Clock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { RunBoard, SimulatedRun } from "./run-board.ts";
import type { Service } from "./service.ts";
import type { World } from "./world.ts";

/** The window in which unannounced runs are counted. */
const AD_HOC_WINDOW_SECONDS = 900;

/** The oldest answer that a stale look may show. */
const REMEMBERED_SECONDS = 200;

export interface LookoutSurroundings {
  readonly clock: Clock;
  readonly world: World;
  readonly board: RunBoard;
  readonly service: Service;
  readonly faults: Faults;
  readonly horizonSeconds: number;
}

/** Looks at the simulated Prefect and ECS as the scaler does, with whatever goes wrong in between. */
export function createLookout(surroundings: LookoutSurroundings): () => Observation {
  const { clock, world, board, service, faults, horizonSeconds } = surroundings;
  const seen: { readonly at: number; readonly runs: ObservedRuns }[] = [];
  const adHoc = adHocCounter(board);

  function answersOf(now: number): { runs: ObservedRuns; observedAt: number } {
    const runs = observeRuns(board, now, horizonSeconds);
    const { staleLooks, silentlyStaleLooks } = faults.rates;
    if (staleLooks + silentlyStaleLooks > 0) seen.push({ at: now, runs });
    while (seen.length > 0 && seen[0]!.at < now - REMEMBERED_SECONDS) seen.shift();
    const stale = faults.strikes(staleLooks);
    if (!stale && !faults.strikes(silentlyStaleLooks)) return { runs, observedAt: now };
    const age = faults.staleness();
    const old = seen.findLast(({ at }) => at <= now - age);
    return old ? { runs: old.runs, observedAt: stale ? old.at : now } : { runs, observedAt: now };
  }

  return () => {
    const { now } = clock;
    const trouble = faults.refusal(now);
    const { runs, observedAt } = trouble ? { runs: NO_RUNS, observedAt: now } : answersOf(now);
    return {
      now,
      apiAnswered: trouble === undefined,
      trouble,
      observedAt,
      complete: true,
      desired: service.desired,
      runs,
      workers: observeWorkers(service, world),
      adHoc: adHoc(now),
      limits: { paused: false, concurrency: null, queues: {} },
    };
  };
}

const NO_RUNS: ObservedRuns = { queued: [], running: [], scheduled: [] };

function observeRuns(board: RunBoard, now: number, horizonSeconds: number): ObservedRuns {
  return {
    queued: board.queued(now).map(toWaiting),
    running: Array.from(board.running, (run) => toRunning(run, now)),
    scheduled: board.coming(now, horizonSeconds).map(toWaiting),
  };
}

const toWaiting = ({ dueAt, expectedSeconds }: SimulatedRun): WaitingRun => ({
  dueAt,
  expectedDurationSeconds: expectedSeconds,
});

const toRunning = (run: SimulatedRun, now: number): RunningRun => ({
  dueAt: run.dueAt,
  expectedDurationSeconds: run.expectedSeconds,
  startedAt: run.startsAt <= now ? run.startsAt : null,
  workerId: run.workerId ?? null,
});

function observeWorkers(service: Service, world: World): ObservedWorker[] {
  const there = service.workers.filter((worker) => worker.state !== "gone");
  return there.map((worker) => ({
    id: worker.id,
    launchedAt: worker.launchedAt,
    ready: worker.state === "ready",
    slots: world.slotsPerWorker,
    busySlots: worker.busy.size,
    draining: worker.told,
    outdated: worker.revision !== service.revision,
  }));
}

/** Counts the unannounced runs of the last minutes; time only moves on, so two pointers do. */
function adHocCounter(board: RunBoard): (now: number) => Observation["adHoc"] {
  const runs = board.all.filter((run) => !run.scheduled);
  const expectedDurationSeconds = median(runs.map((run) => run.expectedSeconds));
  let arrived = 0;
  let forgotten = 0;
  return (now) => {
    while (arrived < runs.length && runs[arrived]!.dueAt <= now) arrived++;
    while (forgotten < arrived && runs[forgotten]!.dueAt <= now - AD_HOC_WINDOW_SECONDS) forgotten++;
    return { runs: arrived - forgotten, windowSeconds: AD_HOC_WINDOW_SECONDS, expectedDurationSeconds };
  };
}

function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((one, other) => one - other);
  return known[known.length >> 1] ?? null;
}
