import type { Random } from "./random.ts";
import type { Trace, TraceRun } from "./traces.ts";
import { LEAST_BILLED_SECONDS, UNBILLED_PROVISIONING_SECONDS, type World } from "./world.ts";

export interface SimulatedRun extends TraceRun {
  /** The worker that has it; undefined while it waits. */
  workerId?: string;
  /** When its flow function begins; at least when it is due. */
  startsAt: number;
  endsAt: number;
  /** Of the task that it has to itself in an `ecs` world. */
  billedSeconds: number;
  killed: boolean;
}

/** The work pool's runs, as Prefect's server keeps them. */
export interface RunBoard {
  readonly running: ReadonlySet<SimulatedRun>;
  readonly all: readonly SimulatedRun[];
  queuedCount(now: number): number;
  queued(now: number): SimulatedRun[];
  /** Announced runs that nobody has taken and that fall due within the horizon. */
  coming(now: number, horizonSeconds: number): SimulatedRun[];
  /** All runs that will come, announced or not. Only for those who are allowed to know. */
  future(now: number, horizonSeconds: number): SimulatedRun[];
  /** Gives a worker that asks up to so many runs, the earliest first. */
  take(workerId: string, most: number, now: number): SimulatedRun[];
  end(run: SimulatedRun): void;
  kill(run: SimulatedRun): void;
}

export function createRunBoard(trace: Trace, world: World, random: Random): RunBoard {
  const all = trace.runs.map(
    (run): SimulatedRun => ({ ...run, startsAt: 0, endsAt: 0, billedSeconds: 0, killed: false }),
  );
  const announced = createLine(all.filter((run) => run.scheduled));
  const unannounced = createLine(all.filter((run) => !run.scheduled));
  const running = new Set<SimulatedRun>();

  function take(workerId: string, most: number, now: number): SimulatedRun[] {
    const taken: SimulatedRun[] = [];
    while (taken.length < most) {
      const next = announced.first(now + world.prefetchSeconds);
      const other = unannounced.first(now);
      const line =
        next && (!other || next.dueAt <= other.dueAt) ? announced : other ? unannounced : undefined;
      if (!line) break;
      const run = line.pop();
      run.workerId = workerId;
      run.startsAt = Math.max(run.dueAt, now + random.logNormal(world.runStart));
      run.endsAt = run.startsAt + run.durationSeconds;
      run.billedSeconds = Math.max(LEAST_BILLED_SECONDS, run.endsAt - now - UNBILLED_PROVISIONING_SECONDS);
      running.add(run);
      taken.push(run);
    }
    return taken;
  }

  return {
    running,
    all,
    queuedCount: (now) => announced.countDue(now) + unannounced.countDue(now),
    queued: (now) => [...announced.due(now), ...unannounced.due(now)],
    coming: (now, horizonSeconds) => announced.coming(now, horizonSeconds),
    future: (now, horizonSeconds) => [
      ...announced.coming(now, horizonSeconds),
      ...unannounced.coming(now, horizonSeconds),
    ],
    take,
    end: (run) => void running.delete(run),
    kill(run) {
      run.killed = true;
      running.delete(run);
    },
  };
}

/** Runs in the order in which they fall due, taken from the front. */
function createLine(runs: readonly SimulatedRun[]) {
  let head = 0;
  /** Where the runs begin that are not due yet. Time moves on, so it only moves forward. */
  let border = 0;
  const dueBy = (now: number): number => {
    border = endOf(Math.max(head, border), now);
    return border;
  };
  const endOf = (start: number, until: number): number => {
    let end = start;
    while (end < runs.length && runs[end]!.dueAt <= until) end++;
    return end;
  };
  return {
    first: (until: number) => (head < runs.length && runs[head]!.dueAt <= until ? runs[head] : undefined),
    pop: () => runs[head++]!,
    countDue: (now: number) => dueBy(now) - head,
    due: (now: number) => runs.slice(head, dueBy(now)),
    coming(now: number, horizonSeconds: number): SimulatedRun[] {
      const start = dueBy(now);
      return runs.slice(start, endOf(start, now + horizonSeconds));
    },
  };
}
