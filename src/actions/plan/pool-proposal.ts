import type { PrefectClient } from "#prefect/client.ts";
import type { BaseJobTemplate } from "#prefect/job-template.ts";
import { assertPoolType } from "#prefect/pool-checks.ts";
import { wireTemplate } from "#prefect/wire-template.ts";
import type { TemplateChange } from "#prefect/wiring.ts";
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
  /** What would differ in its job template, as far as that is known before an apply. */
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
): Promise<PoolProposal[]> {
  const byPool = Map.groupBy(Object.entries(workers), ([, { workPool }]) => workPool);
  return Promise.all(
    [...byPool].map(async ([name, members]): Promise<PoolProposal> => {
      const pool = await prefect.readWorkPool(name);
      const isKnownAfterApply = members.some(([worker]) => templates[worker] === undefined);
      if (!pool) return { name, action: "create", changes: [], isKnownAfterApply };
      assertPoolType(pool, members[0]![1].type);
      const changes = members.flatMap(([worker, { type }]) => {
        const desired = templates[worker];
        return desired ? wireTemplate(type, pool.baseJobTemplate, desired).diff : [];
      });
      const action = changes.length > 0 || isKnownAfterApply || isPausedByUs(pool) ? "wire" : "keep";
      return { name, action, changes, isKnownAfterApply };
    }),
  );
}
