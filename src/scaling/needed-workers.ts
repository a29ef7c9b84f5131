import { admit } from "./admitted-work.ts";
import { busiestMoment } from "./in-flight.ts";
import type { Observation } from "./observation.ts";
import type { ScalingSettings } from "./settings.ts";

export interface Need {
  readonly workers: number;
  /** Why, as a clause that can follow "because". */
  readonly because: string;
}

/** How many workers the work asks for, before any limit on their number. */
export function neededWorkers(observation: Observation, settings: ScalingSettings): Need {
  return settings.workerType === "ecs"
    ? neededSubmitters(observation, settings)
    : neededExecutors(observation, settings);
}

/** Runs execute in the workers: as many slots as the busiest moment of the horizon has runs in flight. */
function neededExecutors(observation: Observation, settings: ScalingSettings): Need {
  const { slotsPerWorker, horizonSeconds } = settings;
  const work = admit(observation, settings);
  const busiest = busiestMoment(work, settings);
  const workers = Math.ceil(busiest.runs / slotsPerWorker - ROUNDING);
  if (workers === 0) return { workers, because: nothingToDo(observation, horizonSeconds) };
  const when = busiest.inSeconds === 0 ? "now" : `in ${busiest.inSeconds} s`;
  const room = `${round(busiest.runs)} ${busiest.runs === 1 ? "slot" : "slots"}`;
  const parts = [
    `${work.running.length} running`,
    `${work.queued.length} queued`,
    `${work.scheduled.length} due within ${horizonSeconds} s`,
  ].join(", ");
  return { workers, because: `${room} will be needed ${when} (${parts}) and a worker has ${slotsPerWorker}` };
}

/**
 * Workers that only submit: one is plenty, as it launches many tasks a second. It is awake while there is
 * something to submit or coming, and while runs are in flight, since Prefect 3 learns from it when one crashes.
 */
function neededSubmitters(observation: Observation, settings: ScalingSettings): Need {
  const { horizonSeconds } = settings;
  const { running, queued, scheduled } = admit(observation, settings);
  const because =
    queued.length > 0
      ? `${count(queued.length, "run waits", "runs wait")} to be submitted`
      : running.length > 0
        ? `${count(running.length, "run is", "runs are")} in flight and would not be seen to crash otherwise`
        : scheduled.length > 0
          ? `${count(scheduled.length, "run falls", "runs fall")} due within ${horizonSeconds} s`
          : undefined;
  return because
    ? { workers: 1, because }
    : { workers: 0, because: nothingToDo(observation, horizonSeconds) };
}

function nothingToDo({ limits }: Observation, horizonSeconds: number): string {
  return limits.paused
    ? "the work pool is paused"
    : `nothing runs, waits or falls due within ${horizonSeconds} s`;
}

/** Sums of probabilities such as 3.9999999999 or 4.0000000001 mean four slots. */
const ROUNDING = 1e-6;

const round = (runs: number): number => Math.round(runs * 10) / 10;

const count = (n: number, one: string, several: string): string => `${n} ${n === 1 ? one : several}`;
