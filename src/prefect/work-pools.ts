import { isDeepStrictEqual } from "node:util";
import { PrefectFargateError } from "#errors";
import type { components as Schemas2 } from "./api-2.ts";
import type { components as Schemas3 } from "./api-3.ts";
import type { Connection } from "./connection.ts";
import type { BaseJobTemplate } from "./job-template.ts";
import { allPages } from "./pages.ts";

type PoolAnswer = Schemas2["schemas"]["WorkPool"] | Schemas3["schemas"]["WorkPoolResponse"];
type WorkerAnswer = Schemas2["schemas"]["WorkerResponse"] | Schemas3["schemas"]["WorkerResponse"];
type QueueAnswer = Schemas2["schemas"]["WorkQueueResponse"] | Schemas3["schemas"]["WorkQueueResponse"];
type PoolCreate = Schemas2["schemas"]["WorkPoolCreate"] & Schemas3["schemas"]["WorkPoolCreate"];
type PoolUpdate = Schemas2["schemas"]["WorkPoolUpdate"] & Schemas3["schemas"]["WorkPoolUpdate"];

export interface WorkPool {
  readonly id: string;
  readonly name: string;
  /** `ecs`, `process`, `docker` …: which kind of worker serves it. */
  readonly type: string;
  readonly description: string | undefined;
  readonly paused: boolean;
  /** READY while a worker polls it. Prefect 2.20 and later say it. */
  readonly status: "READY" | "NOT_READY" | "PAUSED" | undefined;
  /** How many flow runs may be in progress at once; undefined for no limit. */
  readonly concurrencyLimit: number | undefined;
  readonly baseJobTemplate: BaseJobTemplate;
}

export interface NewWorkPool {
  readonly name: string;
  readonly type: string;
  readonly baseJobTemplate: BaseJobTemplate;
  /** @default false */
  readonly paused?: boolean;
  readonly description?: string;
  readonly concurrencyLimit?: number;
}

/** Only what is given is changed. */
export interface WorkPoolChanges {
  readonly baseJobTemplate?: BaseJobTemplate;
  readonly paused?: boolean;
  readonly description?: string;
  readonly concurrencyLimit?: number | null;
}

/** A worker's row in its pool. It outlives the worker: whoever starts under the same name takes it over. */
export interface PrefectWorker {
  readonly id: string;
  readonly name: string;
  /** OFFLINE three heartbeat intervals after the last heartbeat. */
  readonly status: "ONLINE" | "OFFLINE";
  readonly lastHeartbeat: Date | undefined;
  readonly heartbeatIntervalSeconds: number | undefined;
}

export interface WorkQueue {
  readonly id: string;
  readonly name: string;
  /** 1 is served first. */
  readonly priority: number;
  readonly paused: boolean;
  readonly concurrencyLimit: number | undefined;
  readonly lastPolled: Date | undefined;
}

/** Only what is given is changed; null takes a limit away. */
export interface WorkQueueSettings {
  readonly priority?: number | undefined;
  readonly concurrencyLimit?: number | null | undefined;
}

export function workPoolCalls({ api, answer, answerIfThere }: Connection) {
  async function readWorkPool(name: string): Promise<WorkPool | undefined> {
    const call = api.GET("/work_pools/{name}", { params: { path: { name } } });
    const pool = await answerIfThere(call, `reading the work pool ${name}`);
    return pool && toWorkPool(pool);
  }

  async function listWorkPools(): Promise<WorkPool[]> {
    const rows = await allPages((page) =>
      answer(api.POST("/work_pools/filter", { body: page }), "reading the work pools"),
    );
    return rows.map(toWorkPool);
  }

  /** Fails with PREFECT_CONFLICT when a pool of that name exists. */
  async function createWorkPool(wanted: NewWorkPool): Promise<WorkPool> {
    const { name } = wanted;
    const body = {
      name,
      type: wanted.type,
      base_job_template: { ...wanted.baseJobTemplate },
      is_paused: wanted.paused ?? false,
      description: wanted.description,
      concurrency_limit: wanted.concurrencyLimit,
    } satisfies PoolCreate;
    try {
      return toWorkPool(await answer(api.POST("/work_pools/", { body }), `creating the work pool ${name}`));
    } catch (error) {
      if (!(error instanceof PrefectFargateError) || error.code !== "PREFECT_CONFLICT") throw error;
      // The answer to an attempt of ours may have been lost on the way.
      const there = await readWorkPool(name);
      if (there && isAsWanted(there, wanted)) return there;
      throw error;
    }
  }

  async function updateWorkPool(name: string, changes: WorkPoolChanges): Promise<void> {
    const { baseJobTemplate, paused, description, concurrencyLimit } = changes;
    const body = {
      ...(baseJobTemplate === undefined ? {} : { base_job_template: { ...baseJobTemplate } }),
      ...(paused === undefined ? {} : { is_paused: paused }),
      ...(description === undefined ? {} : { description }),
      // Null takes the limit away, though Prefect 2 does not declare it.
      ...(concurrencyLimit === undefined ? {} : { concurrency_limit: concurrencyLimit as number }),
    } satisfies PoolUpdate;
    const call = api.PATCH("/work_pools/{name}", { params: { path: { name } }, body });
    await answer(call, `changing the work pool ${name}`);
  }

  /** Deletes its queues and workers with it; deployments stay, without a pool. True when there was one. */
  async function deleteWorkPool(name: string): Promise<boolean> {
    if (!(await readWorkPool(name))) return false;
    const call = api.DELETE("/work_pools/{name}", { params: { path: { name } } });
    await answerIfThere(call, `deleting the work pool ${name}`);
    return true;
  }

  /** All workers that ever ran in the pool, ONLINE or not; none when there is no such pool. */
  async function listWorkers(pool: string): Promise<PrefectWorker[]> {
    const params = { path: { work_pool_name: pool } };
    const rows = await allPages(
      async (page) =>
        (await answerIfThere(
          api.POST("/work_pools/{work_pool_name}/workers/filter", { params, body: page }),
          `listing the workers of ${pool}`,
        )) ?? [],
    );
    return rows.map(toWorker);
  }

  async function listWorkQueues(pool: string): Promise<WorkQueue[]> {
    const params = { path: { work_pool_name: pool } };
    const rows = await allPages(
      async (page) =>
        (await answerIfThere(
          api.POST("/work_pools/{work_pool_name}/queues/filter", { params, body: page }),
          `listing the queues of ${pool}`,
        )) ?? [],
    );
    return rows.map(toWorkQueue);
  }

  async function createWorkQueue(pool: string, name: string, settings: WorkQueueSettings): Promise<void> {
    const params = { path: { work_pool_name: pool } };
    const body = { name, ...queueBody(settings) } as Schemas3["schemas"]["WorkQueueCreate"];
    await answer(
      api.POST("/work_pools/{work_pool_name}/queues", { params, body }),
      `creating the queue ${name} of ${pool}`,
    );
  }

  /** Other queues of the pool move where they are in the way of its priority. */
  async function updateWorkQueue(pool: string, name: string, settings: WorkQueueSettings): Promise<void> {
    const params = { path: { work_pool_name: pool, name } };
    const body = queueBody(settings) as Schemas3["schemas"]["WorkQueueUpdate"];
    await answer(
      api.PATCH("/work_pools/{work_pool_name}/queues/{name}", { params, body }),
      `changing the queue ${name} of ${pool}`,
    );
  }

  return {
    createWorkQueue,
    updateWorkQueue,
    readWorkPool,
    listWorkPools,
    createWorkPool,
    updateWorkPool,
    deleteWorkPool,
    listWorkers,
    listWorkQueues,
  };
}

const queueBody = ({ priority, concurrencyLimit }: WorkQueueSettings) => ({
  ...(priority === undefined ? {} : { priority }),
  ...(concurrencyLimit === undefined ? {} : { concurrency_limit: concurrencyLimit }),
});

function toWorkPool(pool: PoolAnswer): WorkPool {
  return {
    id: pool.id ?? "",
    name: pool.name,
    type: pool.type,
    description: pool.description ?? undefined,
    paused: pool.is_paused ?? false,
    status: pool.status ?? undefined,
    concurrencyLimit: pool.concurrency_limit ?? undefined,
    baseJobTemplate: (pool.base_job_template ?? {}) as unknown as BaseJobTemplate,
  };
}

function toWorker(worker: WorkerAnswer): PrefectWorker {
  return {
    id: worker.id ?? "",
    name: worker.name,
    status: worker.status ?? "OFFLINE",
    lastHeartbeat: worker.last_heartbeat_time ? new Date(worker.last_heartbeat_time) : undefined,
    heartbeatIntervalSeconds: worker.heartbeat_interval_seconds ?? undefined,
  };
}

function toWorkQueue(queue: QueueAnswer): WorkQueue {
  return {
    id: queue.id ?? "",
    name: queue.name,
    priority: queue.priority ?? 1,
    paused: queue.is_paused ?? false,
    concurrencyLimit: queue.concurrency_limit ?? undefined,
    lastPolled: queue.last_polled ? new Date(queue.last_polled) : undefined,
  };
}

function isAsWanted(pool: WorkPool, wanted: NewWorkPool): boolean {
  return (
    pool.type === wanted.type &&
    pool.paused === (wanted.paused ?? false) &&
    isDeepStrictEqual(pool.baseJobTemplate, wanted.baseJobTemplate)
  );
}
