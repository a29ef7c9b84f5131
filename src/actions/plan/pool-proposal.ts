import { poolOwner } from "#config/pool-owner.ts";
import type { PrefectClient } from "#prefect/client.ts";
import type { BaseJobTemplate } from "#prefect/job-template.ts";
import { assertPoolType } from "#prefect/pool-checks.ts";
import { settlePool, type WantedPool } from "#prefect/pool-settings.ts";
import { type TemplateChange, wire } from "#prefect/wiring.ts";
import { isPausedByUs } from "../pool-marks.ts";
import type { PooledWorkers } from "../work-pools.ts";

/** What a deploy would do to one work pool. */
export interface PoolProposal {
  readonly name: string;
  /**
   * `create`: it is made, paused until it is wired. `wire`: its job template changes, or it is still paused by an earlier deploy
   * that did not end. `keep`: nothing.
   */
  readonly action: "create" | "wire" | "keep";
  /** What would differ in its job template, as far as that is known before an apply, and in its limits and queues. */
  readonly changes: readonly TemplateChange[];
  /** Whether the template depends on things that are still to be made, so that more may differ. */
  readonly isKnownAfterApply: boolean;
}

/**
 * Compares each worker's pool with the template it should have.
 *
 * @param templates by worker name; a worker that is missing has one that is only known after apply
 * @throws POOL_TYPE_DIFFERS
 */
export async function proposePools(
  workers: PooledWorkers,
  templates: Readonly<Record<string, BaseJobTemplate>>,
  prefect: PrefectClient,
  settings: Readonly<Record<string, WantedPool>> = {},
): Promise<PoolProposal[]> {
  const byPool = Map.groupBy(Object.entries(workers), ([, { workPool }]) => workPool);
  return Promise.all(
    [...byPool].map(async ([name, members]): Promise<PoolProposal> => {
      const pool = await prefect.readWorkPool(name);
      const owner = poolOwner(workers, name, ({ workPool }) => workPool)!;
      const desired = templates[owner];
      const isKnownAfterApply = desired === undefined;
      const wanted = settings[name] ?? { queues: {} };
      if (!pool) {
        const { changes } = settlePool(wanted);
        return { name, action: "create", changes, isKnownAfterApply };
      }
      assertPoolType(pool, members[0]![1].type);
      const asksForQueues = Object.keys(wanted.queues).length > 0;
      const queues = asksForQueues ? await prefect.listWorkQueues(name) : [];
      const changes = [
        ...(desired ? wire(pool.baseJobTemplate, desired).diff : []),
        ...settlePool(wanted, pool, queues).changes,
      ];
      const action = changes.length > 0 || isKnownAfterApply || isPausedByUs(pool) ? "wire" : "keep";
      return { name, action, changes, isKnownAfterApply };
    }),
  );
}
