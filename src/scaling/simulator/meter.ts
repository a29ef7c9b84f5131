import type { Clock } from "./clock.ts";
import type { RunBoard } from "./run-board.ts";
import type { Service } from "./service.ts";
import type { World } from "./world.ts";

/** What came of a simulated day. Waits are seconds from a run's due time to the start of its flow function. */
export interface Outcome {
  readonly policy: string;
  readonly runs: number;
  /** Runs that ended because their worker was stopped. */
  readonly killed: number;
  readonly dollars: number;
  /** Of announced runs. */
  readonly scheduledWaits: readonly number[];
  /** Of unannounced runs that came while a worker was there. */
  readonly activeWaits: readonly number[];
  /** Of unannounced runs that came while no worker was there. */
  readonly fromZeroWaits: readonly number[];
  /** From the arrival of a run for which there were not enough workers to the change of the desired count. */
  readonly reactions: readonly number[];
  readonly peakWorkers: number;
  /** How often the desired count changed. */
  readonly changes: number;
}

export interface Meter {
  /** Wraps a change of the desired count. */
  resized(change: () => void): void;
  watchArrivals(): void;
  outcome(policy: string): Outcome;
}

export interface MeterSurroundings {
  readonly clock: Clock;
  readonly world: World;
  readonly board: RunBoard;
  readonly service: Service;
}

const HOUR_SECONDS = 3_600;

export function createMeter({ clock, world, board, service }: MeterSurroundings): Meter {
  const metZero = new Set<number>();
  const reactions: number[] = [];
  let lackingSince: number | undefined;
  let peakWorkers = 0;
  let changes = 0;

  const lacking = (): boolean => {
    const wanted = service.desired === 0 ? 0 : service.desired * world.slotsPerWorker;
    return board.queuedCount(clock.now) + board.running.size > wanted;
  };

  function resized(change: () => void): void {
    const before = service.desired;
    change();
    if (service.desired !== before) changes += 1;
    peakWorkers = Math.max(peakWorkers, service.desired);
    if (lackingSince !== undefined && service.desired > before) {
      reactions.push(clock.now - lackingSince);
      lackingSince = undefined;
    } else if (!lacking()) lackingSince = undefined;
  }

  function arrived(index: number): void {
    if (!service.workers.some((worker) => worker.state === "ready" && !worker.told)) metZero.add(index);
    if (lackingSince === undefined && lacking()) lackingSince = clock.now;
  }

  function watchArrivals(): void {
    for (const [index, run] of board.all.entries())
      if (!run.scheduled) clock.at(run.dueAt, () => arrived(index));
  }

  function outcome(policy: string): Outcome {
    const scheduledWaits: number[] = [];
    const activeWaits: number[] = [];
    const fromZeroWaits: number[] = [];
    let killed = 0;
    let flowSeconds = 0;
    for (const [index, run] of board.all.entries()) {
      const begun = run.workerId === undefined ? clock.now : run.startsAt;
      const kind = run.scheduled ? scheduledWaits : metZero.has(index) ? fromZeroWaits : activeWaits;
      kind.push(begun - run.dueAt);
      if (run.killed) killed += 1;
      flowSeconds += run.billedSeconds;
    }
    const dollars =
      (service.billedSeconds() * world.workerDollarsPerHour + flowSeconds * world.flowDollarsPerHour) /
      HOUR_SECONDS;
    const runs = board.all.length;
    return {
      policy,
      runs,
      killed,
      dollars,
      scheduledWaits,
      activeWaits,
      fromZeroWaits,
      reactions,
      peakWorkers,
      changes,
    };
  }

  return { resized, watchArrivals, outcome };
}
