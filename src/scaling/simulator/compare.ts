import { type FaultRates, NO_FAULTS } from "./faults.ts";
import type { Outcome } from "./meter.ts";
import type { Policy } from "./policy.ts";
import { simulate } from "./simulate.ts";
import { type Summary, summarize } from "./summary.ts";
import { createTrace, TRACE_NAMES, type Trace, type TraceName } from "./traces.ts";
import type { World } from "./world.ts";

export interface Trial {
  readonly policy: Policy;
  readonly world: World;
  readonly seeds: readonly number[];
  /** @default none */
  readonly faults?: FaultRates;
  /**
   * What the observer believes about durations: the true median times this, or null for nothing at all.
   * @default 1
   */
  readonly estimate?: number | null;
}

/** By trace, and for the runs of all six together. */
export type ByTrace = Readonly<Record<TraceName | "all six", Summary>>;

/** The same policy on days of all six traces. */
export function tryPolicy(trial: Trial): ByTrace {
  const outcomes = TRACE_NAMES.map((name) => days(name, trial));
  const summaries = TRACE_NAMES.map((name, index) => [name, summarize(outcomes[index]!)] as const);
  return { ...Object.fromEntries(summaries), "all six": summarize(outcomes.flat()) } as ByTrace;
}

function days(name: TraceName, { policy, world, seeds, faults = NO_FAULTS, estimate = 1 }: Trial): Outcome[] {
  return seeds.map((seed) =>
    simulate({ trace: believing(createTrace(name, seed), estimate), policy, world, seed, faults }),
  );
}

function believing(trace: Trace, estimate: number | null): Trace {
  if (estimate === 1) return trace;
  const believed = (seconds: number | null): number | null =>
    estimate === null || seconds === null ? null : seconds * estimate;
  return {
    ...trace,
    runs: trace.runs.map((run) => ({ ...run, expectedSeconds: believed(run.expectedSeconds) })),
  };
}
