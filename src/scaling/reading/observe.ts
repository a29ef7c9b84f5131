import type {
  Observation,
  ObservedRuns,
  ObservedWorker,
  RunningRun,
  ScalingMemory,
  WaitingRun,
  WorkLimits,
} from "../observation.ts";
import type { ScalingSettings } from "../settings.ts";
import { whereabouts } from "./locate-runs.ts";
import type { FlowRunAnswer, PrefectAnswers, SlowAnswers } from "./prefect-answers.ts";
import { AD_HOC_WINDOW_SECONDS } from "./request-plan.ts";
import { type ServiceTask, serviceTasks, type TaskAnswer } from "./service-tasks.ts";
import { type UsualDurations, usualDuration, usualDurationOfAll } from "./usual-durations.ts";

/** What Prefect and ECS said at one look. */
export interface Sighting {
  readonly now: number;
  readonly prefect: PrefectAnswers;
  readonly durations: UsualDurations;
  readonly ecs: EcsAnswers;
  readonly settings: ScalingSettings;
  readonly memory?: ScalingMemory;
}

export interface EcsAnswers {
  readonly desiredCount: number;
  /** The one that the service wants; tasks of another are being replaced. */
  readonly taskDefinitionArn: string;
  readonly tasks: readonly TaskAnswer[];
  /** The ids of the tasks that were told to take no more work. */
  readonly draining: ReadonlySet<string>;
  readonly askedAt: number;
}

/** The observation that `decide` takes, from the answers of Prefect and ECS. */
export function observe(sighting: Sighting): Observation {
  const { now, prefect, durations, ecs, settings, memory } = sighting;
  const tasks = serviceTasks(ecs.tasks);
  const known = (run: FlowRunAnswer): number | null => usualDuration(durations, run.deployment_id);
  const { running, unlocated } = locate(sighting, tasks, known);
  const workers = tasks.map((task) => toWorker({ task, running, unlocated, ecs, settings }));
  return {
    now,
    apiAnswered: true,
    observedAt: Math.min(prefect.askedAt, ecs.askedAt),
    complete: prefect.complete,
    desired: ecs.desiredCount,
    runs: { ...waitingRuns(prefect, now, known), running },
    workers,
    adHoc: adHocTraffic(prefect.slow, durations),
    limits: workLimits(prefect.slow),
    memory,
  };
}

/** The observation of a look that failed: `decide` holds on it. `trouble` follows "because". */
export function observeNothing(
  now: number,
  desired: number,
  trouble: string,
  memory?: ScalingMemory,
): Observation {
  return {
    now,
    apiAnswered: false,
    trouble,
    observedAt: now,
    complete: false,
    desired,
    runs: { queued: [], running: [], scheduled: [] },
    workers: [],
    adHoc: { runs: 0, windowSeconds: AD_HOC_WINDOW_SECONDS, expectedDurationSeconds: null },
    limits: { paused: false, concurrency: null, queues: {} },
    memory,
  };
}

type KnownDuration = (run: FlowRunAnswer) => number | null;

/** A run that waits to be retried in its own process still fills its slot, though Prefect calls it scheduled. */
const retriesInProcess = (run: FlowRunAnswer): boolean => run.empirical_policy?.retry_type === "in_process";

/** Unlike a paused run, a suspended one has given its process up. */
const isSuspended = (run: FlowRunAnswer): boolean => run.state_name === "Suspended";

interface Located {
  readonly running: RunningRun[];
  /** How many of them are on a worker that is not known yet. */
  readonly unlocated: number;
}

function waitingRuns(
  { waiting }: PrefectAnswers,
  now: number,
  known: KnownDuration,
): Pick<ObservedRuns, "queued" | "scheduled"> {
  const runs = waiting.filter((run) => !retriesInProcess(run)).map((run) => toWaiting(run, known));
  return {
    queued: runs.filter(({ dueAt }) => dueAt <= now),
    scheduled: runs.filter(({ dueAt }) => dueAt > now),
  };
}

/**
 * Runs that are nowhere on the service are left out: they fill no slot of ours, and some are lost for good. Those of
 * an `ecs` worker are in tasks of their own and fill no slot either, but are looked after by whichever worker is there.
 */
function locate(
  { prefect, now, settings }: Sighting,
  tasks: readonly ServiceTask[],
  known: KnownDuration,
): Located {
  const { running, waiting } = prefect;
  const taken = [...running.filter((run) => !isSuspended(run)), ...waiting.filter(retriesInProcess)];
  const toRunning = (run: FlowRunAnswer, workerId: string | null): RunningRun => ({
    ...toWaiting(run, known),
    startedAt: instant(run.start_time),
    workerId,
  });
  if (settings.workerType === "ecs")
    return { running: taken.map((run) => toRunning(run, null)), unlocated: 0 };

  const located: RunningRun[] = [];
  let unlocated = 0;
  for (const run of taken) {
    const where = whereabouts(run, tasks, now);
    if (where === "elsewhere") continue;
    if (where === "unknown") unlocated += 1;
    located.push(toRunning(run, where === "unknown" ? null : where.on));
  }
  return { running: located, unlocated };
}

function toWaiting(run: FlowRunAnswer, known: KnownDuration): WaitingRun {
  return {
    dueAt: instant(run.next_scheduled_start_time) ?? instant(run.expected_start_time) ?? 0,
    expectedDurationSeconds: known(run),
    queue: run.work_queue_name ?? undefined,
  };
}

interface WorkerSighting {
  readonly task: ServiceTask;
  readonly running: readonly RunningRun[];
  readonly unlocated: number;
  readonly ecs: EcsAnswers;
  readonly settings: ScalingSettings;
}

function toWorker({ task, running, unlocated, ecs, settings }: WorkerSighting): ObservedWorker {
  const busy = running.filter((run) => run.workerId === task.id).length;
  return {
    id: task.id,
    launchedAt: task.launchedAt,
    ready: task.ready,
    slots: settings.slotsPerWorker,
    // A run whose worker is not known yet may be on any that seems to be empty.
    busySlots: busy === 0 && unlocated > 0 && task.ready ? null : busy,
    draining: ecs.draining.has(task.id),
    outdated: task.taskDefinitionArn !== ecs.taskDefinitionArn,
  };
}

function adHocTraffic({ arrived, announced }: SlowAnswers, durations: UsualDurations): Observation["adHoc"] {
  return {
    runs: Math.max(0, arrived - announced),
    windowSeconds: AD_HOC_WINDOW_SECONDS,
    expectedDurationSeconds: usualDurationOfAll(durations),
  };
}

function workLimits({ pool, queues }: SlowAnswers): WorkLimits {
  const held = queues.filter((queue) => queue.is_paused || typeof queue.concurrency_limit === "number");
  return {
    paused: pool.is_paused ?? false,
    concurrency: pool.concurrency_limit ?? null,
    queues: Object.fromEntries(
      held.map(({ name, is_paused = false, concurrency_limit = null }) => [
        name,
        { paused: is_paused, concurrency: concurrency_limit },
      ]),
    ),
  };
}

const instant = (text: string | null | undefined): number | null => (text ? Date.parse(text) / 1000 : null);
