import type { FlowRunAnswer } from "./prefect-answers.ts";

/** How long the last runs of each deployment took, by deployment and run, in seconds. Plain data, to be carried along. */
export type UsualDurations = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Enough for a median, few enough to follow a change. */
const RUNS_KEPT = 20;

/**
 * Adds the runs that ended lately. What is known of deployments that seldom run is kept, as the list of ended runs
 * is soon full of the frequent ones.
 */
export function learnDurations(known: UsualDurations, ended: readonly FlowRunAnswer[]): UsualDurations {
  const learned: Record<string, Record<string, number>> = { ...known };
  // The newest come first; they are to be the last to be forgotten.
  for (const run of [...ended].reverse()) {
    if (!run.deployment_id || !(run.total_run_time! > 0)) continue;
    const { [run.id]: _again, ...others } = learned[run.deployment_id] ?? {};
    const kept = Object.entries(others).slice(1 - RUNS_KEPT);
    learned[run.deployment_id] = { ...Object.fromEntries(kept), [run.id]: run.total_run_time! };
  }
  return learned;
}

/** The median of a deployment's last runs; null when it has not ended once. */
export function usualDuration(known: UsualDurations, deploymentId: string | null | undefined): number | null {
  return deploymentId ? median(Object.values(known[deploymentId] ?? {})) : null;
}

/** The median over all runs that are known. */
export function usualDurationOfAll(known: UsualDurations): number | null {
  return median(Object.values(known).flatMap((runs) => Object.values(runs)));
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? null;
}
