import type { PrefectClient } from "#prefect/client.ts";
import type { FlowRunsWanted } from "#prefect/flow-runs.ts";
import type { WorkPool } from "#prefect/work-pools.ts";

/** How many runs wait and run, without asking for the runs themselves. */
interface Backlog {
  /** Runs that should have started by now, the late ones included. */
  readonly due: number;
  /** Those of them that Prefect calls late: 15 s behind. */
  readonly late: number;
  /** Pending or running. */
  readonly inProgress: number;
}

export interface QueueStatus extends Backlog {
  readonly name: string;
  readonly priority: number;
  readonly paused: boolean;
  readonly concurrencyLimit: number | undefined;
  readonly lastPolled: Date | undefined;
}

export interface PoolStatus
  extends Pick<WorkPool, "name" | "type" | "paused" | "status" | "concurrencyLimit"> {
  /** By priority. */
  readonly queues: readonly QueueStatus[];
}

/** A work pool and what waits in its queues; undefined when there is no such pool. All questions are asked at once. */
export async function readPool(prefect: PrefectClient, name: string): Promise<PoolStatus | undefined> {
  const [pool, queues] = await Promise.all([prefect.readWorkPool(name), prefect.listWorkQueues(name)]);
  if (!pool) return undefined;
  const withBacklog = await Promise.all(
    queues.map(async ({ name: queue, priority, paused, concurrencyLimit, lastPolled }) => ({
      name: queue,
      priority,
      paused,
      concurrencyLimit,
      lastPolled,
      ...(await readBacklog(prefect, { workPool: name, workQueue: queue })),
    })),
  );
  const { type, paused, status, concurrencyLimit } = pool;
  return {
    name,
    type,
    paused,
    status,
    concurrencyLimit,
    queues: withBacklog.sort((a, b) => a.priority - b.priority),
  };
}

async function readBacklog(prefect: PrefectClient, where: FlowRunsWanted): Promise<Backlog> {
  const [due, late, inProgress] = await Promise.all([
    prefect.countFlowRuns({ ...where, stateTypes: ["SCHEDULED"], expectedBefore: new Date() }),
    prefect.countFlowRuns({ ...where, stateNames: ["Late"] }),
    prefect.countFlowRuns({ ...where, stateTypes: ["PENDING", "RUNNING"] }),
  ]);
  return { due, late, inProgress };
}
