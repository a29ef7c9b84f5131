import type { Need } from "./needed-workers.ts";
import type { Observation, ObservedWorker } from "./observation.ts";
import type { Resize } from "./resize.ts";
import type { ScalingSettings } from "./settings.ts";

export interface Deliberation {
  readonly observation: Observation;
  readonly settings: ScalingSettings;
  readonly need: Need;
  readonly wanted: number;
  readonly mayShrink: boolean;
  readonly change: Resize;
}

/** The decision in one sentence. */
export function explain(deliberation: Deliberation): string {
  const { observation, change, need } = deliberation;
  const next = change.desired;
  const { desired } = observation;
  const step =
    next > desired
      ? `Grows from ${desired} to ${next}`
      : next < desired
        ? `Shrinks from ${desired} to ${next}`
        : `Stays at ${desired}`;
  const because = [
    need.because,
    ...boundsMet(deliberation),
    ...waitingToShrink(deliberation),
    ...departures(deliberation),
  ];
  return `${step}, because ${because.join("; ")}.`;
}

/** The limits of the settings, where they decided. */
function boundsMet({ settings, need }: Deliberation): string[] {
  const { minWorkers, maxWorkers } = settings;
  if (need.workers > maxWorkers)
    return [`${need.workers} workers would be needed, but ${maxWorkers} is the most allowed`];
  if (need.workers < minWorkers) return [`${minWorkers} is the least allowed`];
  return [];
}

/** Why more workers are there than are needed. */
function waitingToShrink({ observation, settings, need, wanted, mayShrink, change }: Deliberation): string[] {
  const { complete, desired } = observation;
  if (change.desired < desired || change.desired <= Math.max(need.workers, settings.minWorkers)) return [];
  if (!complete) return ["more runs wait than were read, so nobody is let go"];
  if (!mayShrink || wanted > need.workers)
    return [`nobody is let go before ${settings.scaleInSeconds} s of lower need`];
  return ["the workers beyond that are still busy"];
}

function departures({ change: { spare, replaced } }: Deliberation): string[] {
  const said: string[] = [];
  if (spare.length > 0) said.push(`${names(spare)} ${spare.length === 1 ? "is" : "are"} empty and may go`);
  if (replaced.length > 0)
    said.push(`${names(replaced)} ${replaced.length === 1 ? "has" : "have"} been replaced by a deployment`);
  return said;
}

/** As many ids as a log line bears. */
function names(workers: readonly ObservedWorker[]): string {
  const shown = workers.slice(0, 3).map((worker) => worker.id);
  const more = workers.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}
