import { decide } from "../../decide.ts";
import type { ScalingMemory } from "../../observation.ts";
import type { ScalingSettings } from "../../settings.ts";
import type { Policy } from "../policy.ts";

/** The decision that this project ships, as the Lambda runs it: every ten seconds, with its memory. */
export function lookAhead(settings: ScalingSettings, name = "look-ahead"): Policy {
  return {
    name,
    supervised: true,
    everySeconds: 10,
    horizonSeconds: settings.horizonSeconds,
    start() {
      let memory: ScalingMemory | undefined;
      return (look) => {
        const decision = decide({ ...look(), memory }, settings);
        memory = decision.memory;
        return decision.held ? undefined : decision;
      };
    },
  };
}
