import type { ScalingMemory } from "./observation.ts";

/** What to do now. Applying the same decision twice does no harm. */
export interface Decision {
  /** The service's desired count from now on. */
  readonly desired: number;
  /**
   * Workers to tell to take no more work; they exit when what they run has ended. Empty ones, and, during a
   * deployment, those whose replacements are ready.
   */
  readonly drain: readonly string[];
  /** One sentence for people and logs. */
  readonly reason: string;
  /** True when nothing may change because something is in doubt. */
  readonly held: boolean;
  /** When to look again. Sooner while nobody is there, as then a run that nobody announced waits longest. */
  readonly lookAgainSeconds: number;
  /** To be given back with the next observation. */
  readonly memory: ScalingMemory | undefined;
}
