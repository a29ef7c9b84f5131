import type * as z from "zod";
import { PREFECT_DEFAULTS, type PrefectVersion } from "./prefect-defaults.ts";
import type { Scaling } from "./scaling-schema.ts";
import type { workerSchema } from "./worker-schema.ts";

export type WorkerType = "ecs" | "process";

/** Pools are of their workers' type. */
export const DEFAULT_WORK_POOLS: Readonly<Record<WorkerType, string>> = {
  ecs: "ecs-work-pool",
  process: "process-work-pool",
};

/** Flows mostly wait for something else: four of them share a vCPU well. */
export const DEFAULT_SLOTS = 4;

/** One `ecs` worker submits many runs a second. */
const DEFAULT_MOST_TASKS: Readonly<Record<WorkerType, number>> = { ecs: 1, process: 10 };

type FilledScaling = Exclude<Scaling, { mode: "queue" }> | Required<Extract<Scaling, { mode: "queue" }>>;

/** What follows from Prefect's version, from the worker's type and from its own other fields. */
export function fillWorker(worker: z.output<typeof workerSchema>, version: PrefectVersion) {
  const { type } = worker;
  const stock = PREFECT_DEFAULTS[version];
  const image = worker.image ?? stock.image;
  const scaling: FilledScaling =
    worker.scaling.mode === "queue"
      ? {
          ...worker.scaling,
          maxTasks: worker.scaling.maxTasks ?? Math.max(worker.scaling.minTasks, DEFAULT_MOST_TASKS[type]),
        }
      : worker.scaling;
  return {
    ...worker,
    workPool: worker.workPool ?? DEFAULT_WORK_POOLS[type],
    ...(type === "process" ? { slots: worker.slots ?? DEFAULT_SLOTS } : {}),
    scaling,
    ...(scaling.mode === "fixed" ? { desiredCount: worker.desiredCount ?? 1 } : {}),
    image,
    extraPipPackages: worker.extraPipPackages ?? (type === "process" ? [] : [...stock.extraPipPackages]),
    flows: {
      ...worker.flows,
      image: worker.flows.image ?? image,
      architecture: worker.flows.architecture ?? worker.architecture,
    },
  };
}

interface Counted {
  readonly scaling: FilledScaling;
  readonly desiredCount?: number;
}

/**
 * With how many tasks the service is made; somebody else sets how many there are later, unless the mode is `fixed`. A
 * worker that may sleep starts awake all the same, so that the first deploy shows that it comes ONLINE.
 */
export const firstTasks = ({ scaling, desiredCount = 1 }: Counted): number =>
  scaling.mode === "fixed" ? desiredCount : Math.max(1, scaling.minTasks);

/** The most tasks that a worker may have at once. */
export const mostTasks = ({ scaling, desiredCount = 1 }: Counted): number =>
  scaling.mode === "fixed" ? desiredCount : scaling.maxTasks;
