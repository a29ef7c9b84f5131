import type { ObservedRuns, RunningRun, WaitingRun } from "../observation.ts";
import type { ScalingSettings } from "../settings.ts";
import { whereabouts } from "./locate-runs.ts";
import type { FlowRunAnswer, PrefectAnswers } from "./prefect-answers.ts";
import type { ServiceTask } from "./service-tasks.ts";
import { type UsualDurations, usualDuration } from "./usual-durations.ts";

export interface RunSighting {
  readonly now: number;
  readonly prefect: PrefectAnswers;
  readonly durations: UsualDurations;
  readonly tasks: readonly ServiceTask[];
  readonly workerType: ScalingSettings["workerType"];
}

/** The runs of a pool, sorted by what they mean for the service's workers. */
export interface SortedRuns extends ObservedRuns {
  /** Taken, but by none of the service's workers: other workers' runs, and lost ones that nobody ends. */
  readonly elsewhere: readonly WaitingRun[];
}

export function sortRuns({ now, prefect, durations, tasks, workerType }: RunSighting): SortedRuns {
  const toWaiting = (run: FlowRunAnswer): WaitingRun => ({
    dueAt: instant(run.next_scheduled_start_time) ?? instant(run.expected_start_time) ?? now,
    expectedDurationSeconds: usualDuration(durations, run.deployment_id),
    queue: run.work_queue_name ?? undefined,
  });
  const waiting = prefect.waiting.filter((run) => !retriesInProcess(run)).map(toWaiting);
  const taken = [...prefect.running.filter(hasProcess), ...prefect.waiting.filter(retriesInProcess)];

  const running: RunningRun[] = [];
  const elsewhere: WaitingRun[] = [];
  for (const run of taken) {
    // The runs of an `ecs` worker are in tasks of their own; whichever worker is there looks after them.
    const where = workerType === "ecs" ? "unknown" : whereabouts(run, tasks, now);
    if (where === "elsewhere") elsewhere.push(toWaiting(run));
    else {
      const workerId = where === "unknown" ? null : where.on;
      running.push({ ...toWaiting(run), startedAt: instant(run.start_time), workerId });
    }
  }
  return {
    queued: waiting.filter(({ dueAt }) => dueAt <= now),
    running,
    scheduled: waiting.filter(({ dueAt }) => dueAt > now),
    elsewhere,
  };
}

/** A run that waits to be retried in its own process still fills its slot, though Prefect calls it scheduled. */
const retriesInProcess = (run: FlowRunAnswer): boolean => run.empirical_policy?.retry_type === "in_process";

/** Unlike a paused run, a suspended one has given its process up. */
const hasProcess = (run: FlowRunAnswer): boolean => run.state_name !== "Suspended";

const instant = (text: string | null | undefined): number | null => (text ? Date.parse(text) / 1000 : null);
