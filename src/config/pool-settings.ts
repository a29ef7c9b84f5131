import type { Config, WorkPoolConfig } from "./schema.ts";

/** What a config says of one work pool, beside its job template. */
export type PoolSettings = WorkPoolConfig;

/**
 * What the config says of each pool that its workers serve. A queue that a worker serves is made where it is missing, as
 * a worker only ever looks into queues that exist.
 */
export function poolSettings({
  workers,
  workPools,
}: Pick<Config, "workers" | "workPools">): Record<string, PoolSettings> {
  const pools = Map.groupBy(Object.values(workers), ({ workPool }) => workPool);
  return Object.fromEntries(
    [...pools].map(([name, members]) => {
      const served = members.flatMap(({ workQueues }) => workQueues.map((queue) => [queue, {}] as const));
      const { queues = {}, ...rest } = workPools[name] ?? {};
      return [name, { ...rest, queues: { ...Object.fromEntries(served), ...queues } }];
    }),
  );
}
