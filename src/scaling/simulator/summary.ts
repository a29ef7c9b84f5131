import type { Outcome } from "./meter.ts";

/** Several days of one policy on one trace, in the numbers that people compare. */
export interface Summary {
  readonly policy: string;
  readonly runs: number;
  readonly killed: number;
  readonly dollarsPerDay: number;
  /** Seconds that 95 of 100 announced runs did not wait longer; undefined when there were none. */
  readonly scheduledP95: number | undefined;
  /** The same of unannounced runs that came while a worker was there. */
  readonly activeP95: number | undefined;
  /** The same of unannounced runs that came while no worker was there. */
  readonly fromZeroP95: number | undefined;
  readonly activeRuns: number;
  readonly fromZeroRuns: number;
  /** From the lack of workers to the wish for more. */
  readonly reactionP95: number | undefined;
  readonly changesPerDay: number;
}

export function summarize(days: readonly Outcome[]): Summary {
  const sum = (of: (day: Outcome) => number): number => days.reduce((total, day) => total + of(day), 0);
  const p95 = (of: (day: Outcome) => readonly number[]): number | undefined =>
    percentile(days.flatMap(of), 0.95);
  return {
    policy: days[0]?.policy ?? "",
    runs: sum((day) => day.runs),
    killed: sum((day) => day.killed),
    dollarsPerDay: sum((day) => day.dollars) / days.length,
    scheduledP95: p95((day) => day.scheduledWaits),
    activeP95: p95((day) => day.activeWaits),
    fromZeroP95: p95((day) => day.fromZeroWaits),
    activeRuns: sum((day) => day.activeWaits.length),
    fromZeroRuns: sum((day) => day.fromZeroWaits.length),
    reactionP95: p95((day) => day.reactions),
    changesPerDay: sum((day) => day.changes) / days.length,
  };
}

/** The smallest value that this share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
