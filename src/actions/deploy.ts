import { poolSettings } from "#config/pool-settings.ts";
import type { Config } from "#config/schema.ts";
import { systemName } from "#config/system-name.ts";
import { withProgress } from "#engine/progress.ts";
import type { ApplySummary, Plan } from "#engine/workspace.ts";
import { Cancelled } from "#errors";
import type { Reporter } from "#reporter";
import { awaitOnline, type OnlineWorker } from "./await-online.ts";
import { awaitService, type RunningService } from "./await-service.ts";
import { noteBegun } from "./converge/begun.ts";
import type { Proposal } from "./plan/propose.ts";
import { proposeDeploy } from "./plan/propose-deploy.ts";
import { raiseToLeast } from "./raise-to-least.ts";
import { readSystem, type System } from "./system.ts";
import { preparePools, type WiredPool, wirePools } from "./work-pools.ts";
import type { Workplace } from "./workplace.ts";

/** How a deploy is agreed to. */
export interface DeployOptions {
  /** Decides on what would be done; not asked when that is nothing. */
  readonly approve: (proposal: Proposal) => Promise<boolean>;
  /** Takes over what exists of the system although there is no state of it here. @default false */
  readonly adopt?: boolean;
  /** Stops it: Terraform is told to end, and the next deploy goes on from there. @default - nothing does */
  readonly signal?: AbortSignal;
}

/** What was applied and wired. */
export interface Deployed {
  /** The root's outputs: names and ARNs of what there is now. */
  readonly system: System;
  /** How many resources were added, changed and destroyed, and how many seconds that took. */
  readonly resources: ApplySummary;
  /** What changed in each work pool. */
  readonly pools: readonly WiredPool[];
}

/** A deploy that came to its end: every worker is ONLINE on it. */
export interface DeployResult extends Deployed {
  /** False when everything was there already, and nothing was done. */
  readonly changed: boolean;
  /** The workers as Prefect shows them. */
  readonly workers: readonly OnlineWorker[];
  /** Services beside them, which run. */
  readonly services: readonly RunningService[];
}

const NOTHING_APPLIED: ApplySummary = {
  added: 0,
  changed: 0,
  destroyed: 0,
  imported: 0,
  seconds: 0,
  outputs: undefined,
};

/**
 * Makes the config real and ends when every worker is ONLINE on what was deployed. Where nothing differs, nothing is done
 * but to look whether the workers are there.
 *
 * What an earlier deploy made and could not note, because it was killed, is found and taken over.
 *
 * @throws Cancelled when `approve` says no; TERRAFORM_FAILED and what else the engine throws, STATE_ELSEWHERE, NAME_TAKEN,
 * POOL_TYPE_DIFFERS, WORKER_NOT_ONLINE, SERVICE_NOT_RUNNING, PREFECT_KEY_REFUSED and what else Prefect's API throws
 */
export async function deploy(
  workplace: Workplace,
  { approve, adopt = false, signal }: DeployOptions,
  reporter: Reporter,
): Promise<DeployResult> {
  const proposal = await proposeDeploy(workplace, reporter, { adopt });
  if (!proposal.empty && !(await approve(proposal))) throw new Cancelled("Nothing was changed.");
  const deployed = proposal.empty
    ? whatIsThere(proposal, workplace)
    : await makeReal(workplace, proposal, reporter);
  const [workers, services] = await Promise.all([
    awaitWorkers(workplace, deployed.system, reporter, signal),
    awaitServices(workplace, deployed.system, reporter, signal),
  ]);
  return { ...deployed, workers, services, changed: !proposal.empty };
}

async function makeReal(workplace: Workplace, proposal: Proposal, reporter: Reporter): Promise<Deployed> {
  await noteBegun(workplace.dir, systemName(workplace.config));
  if (!proposal.adopted.some(({ found }) => found.mend))
    return applyAndWire(workplace, proposal.plan, reporter);
  const { mendAndPlan } = await import("./converge/converge.ts");
  return applyAndWire(workplace, await mendAndPlan(workplace, proposal.adopted, reporter), reporter);
}

const whatIsThere = ({ outputs }: Proposal, { dir }: Workplace): Deployed => ({
  system: readSystem(outputs, dir),
  resources: NOTHING_APPLIED,
  pools: [],
});

/**
 * Makes the planned system real and wires its work pools. The pools come first, as a worker would make a missing one
 * itself, unwired. The worker need not be up yet when this ends: `awaitWorkers` is the gate.
 */
export async function applyAndWire(
  { config, dir, workspace, prefect }: Workplace,
  planned: Plan,
  reporter: Reporter,
): Promise<Deployed> {
  await reporter.stage(`Work pool ${poolNames(config)}`, () => preparePools(config.workers, prefect));
  const resources = planned.empty
    ? NOTHING_APPLIED
    : await reporter.stage("Apply", (stage) =>
        withProgress(stage, (onEvent) => workspace.apply(planned, onEvent)),
      );
  return reporter.stage("Wire the work pool", async (stage) => {
    const system = readSystem(resources.outputs ?? (await workspace.outputs()), dir);
    const pools = await wirePools(system.workers, prefect, reporter, poolSettings(config));
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
        const online = () => awaitOnline(name, system, { aws, prefect }, stage, { signal });
        await raiseToLeast(aws, system, name);
        let worker = await online();
        while (await raiseToLeast(aws, system, name)) worker = await online();
        stage.update(`${worker.status} in ${worker.workPool}`);
        return worker;
      }),
    ),
  );
}

/** The same for the services beside them. */
export async function awaitServices(
  { aws }: Workplace,
  system: System,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<RunningService[]> {
  return Promise.all(
    Object.keys(system.services).map((name) =>
      reporter.stage(`Service ${name}`, (stage) => awaitService(name, system, aws, stage, { signal })),
    ),
  );
}

const poolNames = (config: Config): string =>
  [...new Set(Object.values(config.workers).map(({ workPool }) => workPool))].join(", ");
