import type { Observation, ScalingMemory } from "./observation.ts";
import type { ScalingSettings } from "./settings.ts";

/** The memory with today's look in it and everything older than the scale-in window forgotten. */
export function remember(
  { now, memory }: Observation,
  { scaleInSeconds }: ScalingSettings,
  workers: number,
): ScalingMemory {
  const recent = (memory?.needs ?? []).filter(
    ({ at }) => at <= now && at >= now - scaleInSeconds - SLACK_SECONDS,
  );
  const since = memory && recent.length > 0 ? Math.min(memory.since, now) : now;
  return { since, needs: [...recent, { at: now, workers }] };
}

/**
 * The most workers that were needed at any look of the scale-in window, which is how many have to stay;
 * undefined when nobody has looked for so long yet.
 */
export function settledNeed(
  { since, needs }: ScalingMemory,
  { scaleInSeconds }: ScalingSettings,
): number | undefined {
  const now = needs.at(-1)!.at;
  if (since > now - scaleInSeconds + SLACK_SECONDS) return undefined;
  return Math.max(...needs.map(({ workers }) => workers));
}

/** Looks are some tenths of a second early or late; a window of ten seconds still means two of them. */
const SLACK_SECONDS = 1;
