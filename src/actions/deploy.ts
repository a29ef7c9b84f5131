import type { Config } from "#config/schema.ts";
import { keepLockFile } from "#engine/lock-file.ts";
import { withProgress } from "#engine/progress.ts";
import type { ApplySummary, Plan } from "#engine/workspace.ts";
import type { Reporter } from "#reporter";
import { awaitOnline, type OnlineWorker } from "./await-online.ts";
import { readSystem, type System } from "./system.ts";
import { preparePools, type WiredPool, wirePools } from "./work-pools.ts";
import type { Workplace } from "./workplace.ts";

export interface Deployed {
  readonly system: System;
  readonly resources: ApplySummary;
  readonly pools: readonly WiredPool[];
}

/** Installs the provider and works out what would change; makes nothing. */
export async function plan({ workspace, dir, projectDir }: Workplace, reporter: Reporter): Promise<Plan> {
  return reporter.stage("Plan", async (stage) => {
    stage.update("getting the AWS provider ready");
    await workspace.init();
    if (projectDir && (await keepLockFile(dir, projectDir)))
      reporter.note("The lock file .terraform.lock.hcl is new or different; commit it with your config.");
    stage.update("comparing with what exists");
    const result = await workspace.plan();
    stage.update(summarize(result));
    return result;
  });
}

/**
 * Makes the planned system real and wires its work pools. The pools come first, as a worker would make a missing one
 * itself, unwired. The worker need not be up yet when this ends: `awaitWorkers` is the gate.
 */
export async function applyAndWire(
  { config, dir, workspace, prefect }: Workplace,
  planned: Plan,
  reporter: Reporter,
): Promise<Deployed> {
  await reporter.stage(`Work pool ${poolNames(config)}`, () => preparePools(config, prefect));
  const resources = await reporter.stage("Apply", (stage) =>
    withProgress(stage, (onEvent) => workspace.apply(planned, onEvent)),
  );
  return reporter.stage("Wire the work pool", async (stage) => {
    const system = readSystem(resources.outputs ?? (await workspace.outputs()), dir);
    const pools = await wirePools(system, prefect, reporter);
    stage.update(pools.map(({ name, changes }) => `${name}: ${changes.length} changes`).join(", "));
    return { system, resources, pools };
  });
}

/** The gate: every worker ONLINE, on the revision that was deployed. */
export async function awaitWorkers(
  { aws, prefect }: Workplace,
  system: System,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<OnlineWorker[]> {
  return Promise.all(
    Object.keys(system.workers).map((name) =>
      reporter.stage(`Worker ${name}`, async (stage) => {
        const worker = await awaitOnline(name, system, { aws, prefect }, stage, { signal });
        stage.update(`${worker.status} in ${worker.workPool}`);
        return worker;
      }),
    ),
  );
}

const poolNames = (config: Config): string =>
  [...new Set(Object.values(config.workers).map(({ workPool }) => workPool))].join(", ");

const summarize = ({ add, change, replace, destroy }: Plan): string =>
  [
    [add, "to create"],
    [change, "to change"],
    [replace, "to replace"],
    [destroy, "to destroy"],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(", ") || "nothing to do";
