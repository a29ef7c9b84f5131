import { poolOwner } from "#config/pool-owner.ts";
import type { WorkerConfig } from "#config/schema.ts";
import { PrefectFargateError } from "#errors";
import type { PrefectClient } from "#prefect/client.ts";
import { type BaseJobTemplate, type PoolType, stockTemplate } from "#prefect/job-template.ts";
import { assertPoolType, poolObstacle } from "#prefect/pool-checks.ts";
import { settlePool, type WantedPool } from "#prefect/pool-settings.ts";
import { type TemplateChange, wire } from "#prefect/wiring.ts";
import type { WorkPool } from "#prefect/work-pools.ts";
import type { Reporter } from "#reporter";
import { descriptionOfNew, descriptionOfUnpaused, isPausedByUs } from "./pool-marks.ts";
import type { SystemWorker } from "./system.ts";

/** Workers by name, as far as their pools are concerned. */
export type PooledWorkers = Readonly<Record<string, Pick<WorkerConfig, "workPool" | "type">>>;
/** What an apply tells of each worker's pool. */
export type WiredWorkers = Readonly<
  Record<string, Pick<SystemWorker, "worker_type" | "work_pool" | "base_job_template">>
>;

export interface WiredPool {
  readonly name: string;
  readonly changes: readonly TemplateChange[];
}

/**
 * Makes sure that each worker's pool exists before its worker does, as a worker would make a missing pool itself,
 * unwired. A new pool is paused until it is wired; an existing one is left as it is.
 * @throws POOL_TYPE_DIFFERS when a pool of that name is of another type.
 */
export async function preparePools(workers: PooledWorkers, prefect: PrefectClient): Promise<void> {
  const wanted = new Map(Object.values(workers).map(({ workPool, type }) => [workPool, type]));
  await Promise.all([...wanted].map(([name, type]) => preparePool(prefect, name, type)));
}

async function preparePool(prefect: PrefectClient, name: string, type: PoolType): Promise<void> {
  const pool = await prefect.readWorkPool(name);
  if (!pool) {
    const baseJobTemplate = stockTemplate(prefect.version, type);
    await prefect.createWorkPool({
      name,
      type,
      baseJobTemplate,
      paused: true,
      description: descriptionOfNew,
    });
    return;
  }
  assertPoolType(pool, type);
}

/**
 * Puts what was applied into each pool's base job template, keeping what the user changed, sets limits and queues as far as
 * `settings` (by pool) says something of them, and unpauses the pools that a deploy of ours made. A pool that several
 * workers serve has the template of the first of them.
 */
export async function wirePools(
  workers: WiredWorkers,
  prefect: PrefectClient,
  reporter: Reporter,
  settings: Readonly<Record<string, WantedPool>> = {},
): Promise<WiredPool[]> {
  const wired: WiredPool[] = [];
  for (const worker of owningWorkers(workers, ({ work_pool }) => work_pool)) {
    const name = worker.work_pool;
    const pool = await prefect.readWorkPool(name);
    if (!pool) {
      throw new PrefectFargateError(
        "POOL_MISSING",
        `Work pool ${name} has been deleted since the deploy began.`,
        {
          hint: "prefect-fargate deploy",
        },
      );
    }
    const desired = JSON.parse(worker.base_job_template) as BaseJobTemplate;
    const { template, diff, kept, warnings } = wire(pool.baseJobTemplate, desired);
    for (const sentence of kept) reporter.note(`Work pool ${name}: ${sentence}`);
    for (const warning of warnings) reporter.warn(`Work pool ${name}: ${warning}`);
    if (diff.length > 0) await prefect.updateWorkPool(name, { baseJobTemplate: template });
    const settled = settings[name] ? await applySettings(prefect, pool, settings[name]) : [];
    if (isPausedByUs(pool))
      await prefect.updateWorkPool(name, { paused: false, description: descriptionOfUnpaused(pool) });
    else reportObstacle((await prefect.readWorkPool(name)) ?? pool, reporter);
    wired.push({ name, changes: [...diff, ...settled] });
  }
  return wired;
}

/** Of each pool's workers the one whose template it has. */
export const owningWorkers = <W>(workers: Readonly<Record<string, W>>, poolOf: (worker: W) => string): W[] =>
  Object.entries(workers)
    .filter(([name, worker]) => poolOwner(workers, poolOf(worker), poolOf) === name)
    .map(([, worker]) => worker);

/** Limits and queues, as far as the config says something of them. */
async function applySettings(
  prefect: PrefectClient,
  pool: WorkPool,
  wanted: WantedPool,
): Promise<readonly TemplateChange[]> {
  const { name } = pool;
  const { steps, changes } = settlePool(wanted, pool, await prefect.listWorkQueues(name));
  for (const step of steps) {
    if (step.kind === "limit pool")
      await prefect.updateWorkPool(name, { concurrencyLimit: step.concurrencyLimit });
    else if (step.kind === "create queue") await prefect.createWorkQueue(name, step.queue, step.settings);
    else await prefect.updateWorkQueue(name, step.queue, step.settings);
  }
  return changes;
}

/** A pool that was paused before stays so: that is somebody's decision. */
function reportObstacle(pool: WorkPool, reporter: Reporter): void {
  const obstacle = poolObstacle(pool);
  if (obstacle) reporter.warn(obstacle);
}
