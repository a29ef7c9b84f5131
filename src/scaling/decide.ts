import type { Decision } from "./decision.ts";
import { doubtAbout } from "./doubt.ts";
import { explain } from "./explain.ts";
import { neededWorkers } from "./needed-workers.ts";
import type { Observation } from "./observation.ts";
import { remember, settledNeed } from "./recent-needs.ts";
import { resize } from "./resize.ts";
import { type ScalingSettings, withinLimits } from "./settings.ts";

/**
 * How many workers a service should have, and which of them may go. Pure: no clock, no network, no chance.
 *
 * 1. In doubt nothing changes.
 * 2. The need is what the runs that wait, run and come will occupy until a new worker could be there.
 * 3. More workers are wanted at once; fewer only when the need has been lower for a while.
 * 4. Only empty workers go. They are told to take no more work and exit by themselves, so that a run which
 *    slipped in is finished first.
 */
export function decide(observation: Observation, settings: ScalingSettings): Decision {
  const doubt = doubtAbout(observation, settings);
  if (doubt) return hold(observation, settings, doubt);

  const need = neededWorkers(observation, settings);
  const memory = remember(observation, settings, need.workers);
  const settled = observation.complete ? settledNeed(memory, settings) : undefined;
  const mayShrink = settled !== undefined;
  const wanted = withinLimits(settled ?? need.workers, settings);

  const change = resize(observation, { wanted, mayShrink }, settings);
  return {
    desired: change.desired,
    drain: [...change.spare, ...change.replaced].map((worker) => worker.id),
    reason: explain({ observation, settings, need, wanted, mayShrink, change }),
    held: false,
    lookAgainSeconds: change.desired === 0 ? settings.lookAtZeroSeconds : settings.lookSeconds,
    memory,
  };
}

function hold({ desired, memory }: Observation, { lookSeconds }: ScalingSettings, doubt: string): Decision {
  const reason = `Stays at ${desired}, because ${doubt}.`;
  return { desired, drain: [], reason, held: true, lookAgainSeconds: lookSeconds, memory };
}
