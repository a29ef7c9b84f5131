import type { Observation, ObservedWorker } from "./observation.ts";
import { type ScalingSettings, withinLimits } from "./settings.ts";

/** How a service gets to a wanted number of workers without stopping one that is busy. */
export interface Resize {
  /** The service's desired count. */
  readonly desired: number;
  /** Empty workers that are not needed. */
  readonly spare: readonly ObservedWorker[];
  /** Workers of an older revision whose replacements take work. */
  readonly replaced: readonly ObservedWorker[];
}

export interface Wish {
  readonly wanted: number;
  readonly mayShrink: boolean;
}

/** Grows at once; shrinks by as many workers as are empty, the newest first. */
export function resize(
  observation: Observation,
  { wanted, mayShrink }: Wish,
  settings: ScalingSettings,
): Resize {
  const { desired, workers } = observation;
  const staying = workers.filter((worker) => !worker.draining && !worker.outdated);
  const finishing = workers.filter(isFinishing).length;

  const surplus = mayShrink ? Math.max(0, staying.length - wanted) : 0;
  const spare = staying.filter(isEmpty).sort(newestFirst).slice(0, surplus);
  const kept = mayShrink ? Math.max(wanted, staying.length - spare.length) : Infinity;

  const grown = wanted + finishing;
  const shrunk = Math.min(desired, kept + finishing);
  return {
    desired: withinLimits(Math.max(grown, shrunk), settings),
    spare,
    replaced: replacedBy(staying, workers, wanted),
  };
}

/**
 * ECS counts a draining worker until it exits, so one that is still busy would stand in the way of another
 * worker's launch if the desired count did not include it.
 */
const isFinishing = (worker: ObservedWorker): boolean =>
  worker.draining && !worker.outdated && worker.busySlots !== 0;

const isEmpty = (worker: ObservedWorker): boolean => worker.busySlots === 0;

/** A worker that is still starting has cost the least, and nobody waits for it. */
const newestFirst = (one: ObservedWorker, other: ObservedWorker): number =>
  other.launchedAt - one.launchedAt || (one.id < other.id ? -1 : 1);

/** Busy ones too: they would take work for ever otherwise, and the deployment would never end. */
function replacedBy(
  staying: readonly ObservedWorker[],
  workers: readonly ObservedWorker[],
  wanted: number,
): ObservedWorker[] {
  const ready = staying.filter((worker) => worker.ready).length;
  return ready < wanted ? [] : workers.filter((worker) => worker.outdated && !worker.draining);
}
