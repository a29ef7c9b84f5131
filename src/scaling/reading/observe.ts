import type {
  Observation,
  ObservedWorker,
  RunningRun,
  ScalingMemory,
  WaitingRun,
  WorkLimits,
} from "../observation.ts";
import type { ScalingSettings } from "../settings.ts";
import { sortRuns } from "./observed-runs.ts";
import type { PrefectAnswers, SlowAnswers } from "./prefect-answers.ts";
import { AD_HOC_WINDOW_SECONDS } from "./request-plan.ts";
import { type ServiceTask, serviceTasks, type TaskAnswer } from "./service-tasks.ts";
import { type UsualDurations, usualDurationOfAll } from "./usual-durations.ts";

/** What Prefect and ECS said at one look. */
export interface Sighting {
  /** When the look is taken, in seconds since 1970. */
  readonly now: number;
  /** What Prefect said. */
  readonly prefect: PrefectAnswers;
  /** How long runs usually take. */
  readonly durations: UsualDurations;
  /** What ECS said. */
  readonly ecs: EcsAnswers;
  /** How the service is scaled. */
  readonly settings: ScalingSettings;
  /** What the last decision asked to be told again. @default - nothing */
  readonly memory?: ScalingMemory;
}

/** What ECS says of the service and its tasks. */
export interface EcsAnswers {
  /** How many tasks the service is to have. */
  readonly desiredCount: number;
  /** The one that the service wants; tasks of another are being replaced. */
  readonly taskDefinitionArn: string;
  /** Its tasks, as DescribeTasks tells them. */
  readonly tasks: readonly TaskAnswer[];
  /** The ids of the tasks that were told to take no more work. */
  readonly draining: ReadonlySet<string>;
  /** When ECS was asked, in seconds since 1970. */
  readonly askedAt: number;
}

/** The observation that `decide` takes, from the answers of Prefect and ECS. */
export function observe({ now, prefect, durations, ecs, settings, memory }: Sighting): Observation {
  const { workerType } = settings;
  const tasks = serviceTasks(ecs.tasks);
  const { elsewhere, ...runs } = sortRuns({ now, prefect, durations, tasks, workerType });
  return {
    now,
    apiAnswered: true,
    observedAt: Math.min(prefect.askedAt, ecs.askedAt),
    complete: prefect.complete,
    desired: ecs.desiredCount,
    runs,
    workers: tasks.map((task) => toWorker(task, { running: runs.running, ecs, settings })),
    adHoc: adHocTraffic(prefect.slow, durations),
    limits: workLimits(prefect.slow, elsewhere),
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

interface Surroundings {
  readonly running: readonly RunningRun[];
  readonly ecs: EcsAnswers;
  readonly settings: ScalingSettings;
}

function toWorker(task: ServiceTask, { running, ecs, settings }: Surroundings): ObservedWorker {
  return {
    id: task.id,
    launchedAt: task.launchedAt,
    ready: task.ready,
    slots: settings.slotsPerWorker,
    busySlots: settings.workerType === "ecs" ? 0 : busySlots(task, running),
    draining: ecs.draining.has(task.id),
    outdated: task.taskDefinitionArn !== ecs.taskDefinitionArn,
  };
}

/** A run whose worker is not known yet may be on any that seems to be empty and takes work. */
function busySlots(task: ServiceTask, running: readonly RunningRun[]): number | null {
  const busy = running.filter((run) => run.workerId === task.id).length;
  const anyUnknown = running.some((run) => run.workerId === null);
  return busy === 0 && anyUnknown && task.ready ? null : busy;
}

function adHocTraffic({ arrived, announced }: SlowAnswers, durations: UsualDurations): Observation["adHoc"] {
  return {
    runs: Math.max(0, arrived - announced),
    windowSeconds: AD_HOC_WINDOW_SECONDS,
    expectedDurationSeconds: usualDurationOfAll(durations),
  };
}

/** Runs elsewhere fill the limits all the same, lost ones too, until somebody ends them. */
function workLimits({ pool, queues }: SlowAnswers, elsewhere: readonly WaitingRun[]): WorkLimits {
  const left = (limit: number | null | undefined, taken: number): number | null =>
    typeof limit === "number" ? Math.max(0, limit - taken) : null;
  const limits: WorkLimits["queues"] = Object.fromEntries(
    queues
      .filter((queue) => queue.is_paused || typeof queue.concurrency_limit === "number")
      .map(({ name, is_paused = false, concurrency_limit }) => {
        const taken = elsewhere.filter((run) => run.queue === name).length;
        return [name, { paused: is_paused, concurrency: left(concurrency_limit, taken) }];
      }),
  );
  return {
    paused: pool.is_paused ?? false,
    concurrency: left(pool.concurrency_limit, elsewhere.length),
    queues: limits,
  };
}
