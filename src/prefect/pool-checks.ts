import { PrefectFargateError } from "#errors";
import type { WorkPool } from "./work-pools.ts";

/**
 * A worker started with `--type ecs` in a pool of another type only logs a warning, and its runs go where the
 * pool's template says.
 *
 * @throws POOL_TYPE_DIFFERS
 */
export function assertPoolType(pool: WorkPool, type: string): void {
  if (pool.type === type) return;
  throw new PrefectFargateError(
    "POOL_TYPE_DIFFERS",
    `The work pool ${pool.name} is of type ${pool.type}, not ${type}: a pool cannot change its type.`,
    {
      hint: `Choose another name for workPool in prefect-fargate.config.ts, or delete the pool: prefect work-pool delete ${pool.name}`,
    },
  );
}

/** What keeps a pool from giving out work, as a sentence with what to do; undefined when nothing does. */
export function poolObstacle(pool: WorkPool): string | undefined {
  if (pool.paused)
    return `The work pool ${pool.name} is paused: no run starts until you type: prefect work-pool resume ${pool.name}`;
  if (pool.concurrencyLimit === 0)
    return `The work pool ${pool.name} has a concurrency limit of 0: no run starts until you type: prefect work-pool clear-concurrency-limit ${pool.name}`;
  return undefined;
}
