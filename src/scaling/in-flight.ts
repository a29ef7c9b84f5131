import type { AdmittedWork } from "./admitted-work.ts";
import type { ScalingSettings } from "./settings.ts";
import { secondsRun, stillRunning } from "./still-running.ts";

/** About how finely the horizon is looked at. */
const STEP_SECONDS = 15;

/**
 * Runs come in whole numbers, a normal distribution in fractions: half a run makes up for it, and keeps a chance
 * of a few percent from asking for a worker.
 * https://en.wikipedia.org/wiki/Continuity_correction
 */
const CONTINUITY = 0.5;

export interface BusiestMoment {
  readonly inSeconds: number;
  /** That many slots will be enough, with the wanted certainty. */
  readonly runs: number;
}

/**
 * When within the horizon the most runs will be in flight, and how many. A worker wished for now is there by
 * the end of the horizon, so what will be needed until then has to be wished for today.
 */
export function busiestMoment(work: AdmittedWork, settings: ScalingSettings): BusiestMoment {
  let busiest: BusiestMoment = { inSeconds: 0, runs: 0 };
  const steps = Math.max(1, Math.round(settings.horizonSeconds / STEP_SECONDS));
  for (let step = 0; step <= steps; step++) {
    const inSeconds = (settings.horizonSeconds * step) / steps;
    const { mean, variance } = inFlight(work, inSeconds);
    const quantile = mean + settings.headroomDeviations * Math.sqrt(variance);
    const runs = Math.min(work.most, Math.max(0, Math.ceil(quantile - CONTINUITY)));
    if (runs > busiest.runs) busiest = { inSeconds, runs };
  }
  return busiest;
}

/**
 * How many runs will be in flight some seconds from now, on average, and how much that number varies: every run
 * is a coin that shows whether it is still there, and unannounced ones arrive as a Poisson process.
 */
function inFlight(work: AdmittedWork, inSeconds: number): { mean: number; variance: number } {
  const { now, running, queued, scheduled, adHocPerSecond, adHocDurationSeconds } = work;
  let mean = queued.length;
  let variance = 0;
  const toss = (chance: number): void => {
    mean += chance;
    variance += chance * (1 - chance);
  };
  for (const run of running) {
    const elapsed = run.startedAt === null ? 0 : Math.max(0, now - run.startedAt);
    toss(stillRunning(run.expectedDurationSeconds, elapsed, inSeconds));
  }
  for (const run of scheduled) {
    const since = now + inSeconds - run.dueAt;
    if (since >= 0) toss(stillRunning(run.expectedDurationSeconds, 0, since));
  }
  const unannounced = adHocPerSecond * secondsRun(adHocDurationSeconds, inSeconds);
  mean += unannounced;
  variance += unannounced;
  return { mean, variance };
}
