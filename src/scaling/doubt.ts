import type { Observation } from "./observation.ts";
import type { ScalingSettings } from "./settings.ts";

/** Why nothing should be changed on this observation, as a clause; undefined when it can be trusted. */
export function doubtAbout(observation: Observation, settings: ScalingSettings): string | undefined {
  const { now, apiAnswered, trouble, observedAt, desired } = observation;
  if (!apiAnswered) return trouble ?? "Prefect or ECS did not answer";
  const age = now - observedAt;
  if (!(age <= settings.staleAfterSeconds))
    return `the newest answers are ${Math.round(age)} s old, and after ${settings.staleAfterSeconds} s they are not acted upon`;
  if (age < -settings.staleAfterSeconds)
    return `the answers seem to come from ${Math.round(-age)} s in the future, so the clocks disagree`;
  if (!Number.isInteger(desired) || desired < 0) return `ECS gave a desired count of ${desired}`;
  return undefined;
}
