import type { Config } from "#config/schema.ts";
import type { ApplySummary } from "#engine/workspace.ts";
import { Cancelled, PrefectFargateError } from "#errors";
import type { PrefectClient } from "#prefect/client.ts";
import type { WorkPool } from "#prefect/work-pools.ts";
import type { Reporter } from "#reporter";
import { hasBegun, noteEnded } from "./converge/begun.ts";
import { endFlowRuns, type FlowRunPolicy, flowRunsUnderWay, refuseFlowRuns } from "./end-flow-runs.ts";
import { refuseLeftovers } from "./leftovers.ts";
import { kindOf, partOf } from "./plan/resource-words.ts";
import { descriptionOfPaused, descriptionOfUnpaused, isMadeByUs, isPausedByUs } from "./pool-marks.ts";
import { removeSystem } from "./remove-system.ts";
import type { System } from "./system.ts";
import type { Workplace } from "./workplace.ts";

/** How a destroy is agreed to, and what it does about flow runs and pools. */
export interface DestroyOptions {
  /** Decides on what would go. */
  readonly approve: (removal: Removal) => Promise<boolean>;
  /** What happens to flow runs that are under way. @default "refuse" */
  readonly flowRuns?: FlowRunPolicy;
  /** Also the work pools that a deploy of ours made. Deployments in Prefect then have no pool any more. @default false */
  readonly deletePools?: boolean;
  /** Stops it: what is left goes with the next destroy. @default - nothing does */
  readonly signal?: AbortSignal;
}

/** What a destroy would remove. */
export interface Removal {
  /** The system's name, which is its cluster's. */
  readonly system: string;
  /** The AWS region. */
  readonly region: string;
  /** How many resources Terraform has. */
  readonly resources: number;
  /** By part: `worker dev-worker`: `ECS service`, `2 log groups`. */
  readonly parts: readonly { readonly part: string; readonly things: readonly string[] }[];
  /** What happens to each work pool. */
  readonly pools: readonly { readonly name: string; readonly action: "delete" | "pause" }[];
  /** Whether AWS keeps the secret for some days, in which a deploy takes it back. */
  readonly keepsSecret: boolean;
}

/** A destroy that came to its end. */
export interface Destroyed {
  /** What it was to remove. */
  readonly removal: Removal;
  /** How many resources went, and how many seconds that took. */
  readonly resources: ApplySummary;
}

/**
 * Removes a system: pauses its pools, ends or awaits flow runs, destroys what Terraform made and what workers registered. Pools
 * stay, paused, unless they are asked to go: deployments belong to them.
 *
 * @throws Cancelled when `approve` says no; NOTHING_TO_DESTROY, FLOW_RUNS_UNDER_WAY, POOL_NOT_OURS, POOL_IN_USE, NOT_ALL_REMOVED,
 * LEFT_BEHIND with what of the system is on AWS and not in the state
 */
export async function destroy(
  workplace: Workplace,
  { approve, flowRuns = "refuse", deletePools = false, signal }: DestroyOptions,
  reporter: Reporter,
): Promise<Destroyed> {
  const { workspace, prefect, config } = workplace;
  const { addresses, outputs, pools } = await reporter.stage("Look at what is there", async () => {
    await workspace.init();
    const [addresses, outputs, pools] = await Promise.all([
      workspace.stateResources(),
      workspace.outputs() as Promise<Partial<System>>,
      readPools(config, prefect),
    ]);
    return { addresses, outputs, pools };
  });
  if (addresses.length === 0) {
    if (hasBegun(workplace.dir)) await refuseLeftovers(workplace, reporter);
    throw nothingToDestroy(config);
  }
  if (deletePools) await refuseToDelete(pools, prefect, [...Object.keys(config.workers)]);
  const names = pools.map(({ name }) => name);
  if (flowRuns === "refuse") refuseFlowRuns(await flowRunsUnderWay(workplace, names), "destroy");
  const removal = describeRemoval(config, addresses, pools, deletePools);
  if (!(await approve(removal))) throw new Cancelled("Nothing was removed.");

  await pausePools(pools, prefect);
  try {
    const ends = { pools: names, cluster: config.cluster.name, policy: flowRuns };
    if (flowRuns === "refuse") refuseFlowRuns(await flowRunsUnderWay(workplace, names), "destroy");
    else await endFlowRuns(workplace, ends, reporter, signal);
  } catch (error) {
    // The worker is still there and can go on.
    await unpausePools(pools, prefect);
    throw error;
  }
  const resources = await removeSystem(workplace, reporter, outputs);
  if (deletePools) for (const name of names) await prefect.deleteWorkPool(name);
  await refuseLeftovers(workplace, reporter);
  await noteEnded(workplace.dir);
  return { removal, resources };
}

async function readPools({ workers }: Config, prefect: PrefectClient): Promise<WorkPool[]> {
  const names = new Set(Object.values(workers).map(({ workPool }) => workPool));
  const pools = await Promise.all([...names].map((name) => prefect.readWorkPool(name)));
  return pools.filter((pool) => pool !== undefined);
}

function describeRemoval(
  { cluster, region }: Config,
  addresses: readonly string[],
  pools: readonly WorkPool[],
  deletePools: boolean,
): Removal {
  const resources = addresses.map(readAddress).filter(({ isData }) => !isData);
  const parts = Map.groupBy(resources, ({ module }) => partOf(module));
  return {
    system: cluster.name,
    region,
    resources: resources.length,
    parts: [...parts].map(([part, members]) => ({
      part,
      things: [...Map.groupBy(members, ({ type }) => type)].map(([type, { length }]) =>
        length === 1 ? kindOf(type) : `${length} ${kindOf(type, length)}`,
      ),
    })),
    pools: pools.map(({ name }) => ({ name, action: deletePools ? "delete" : "pause" })),
    keepsSecret: resources.some(({ type }) => type === "aws_secretsmanager_secret"),
  };
}

/** `module.worker["dev-worker"].data.aws_region.current` */
function readAddress(address: string) {
  const [modules = ""] = /^(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*/.exec(address) ?? [];
  const rest = address.slice(modules.length);
  const [type = ""] = rest.replace(/^data\./, "").split(".");
  return { module: modules, type, isData: rest.startsWith("data.") };
}

/** A pool that people made, or that others work in, is not ours to delete. */
async function refuseToDelete(
  pools: readonly WorkPool[],
  prefect: PrefectClient,
  workers: readonly string[],
): Promise<void> {
  for (const pool of pools) {
    if (!isMadeByUs(pool))
      throw new PrefectFargateError(
        "POOL_NOT_OURS",
        `The work pool ${pool.name} was not made by prefect-fargate, so it is not deleted.`,
        { hint: `Leave --delete-pool out, or delete it yourself: prefect work-pool delete ${pool.name}` },
      );
    const others = (await prefect.listWorkers(pool.name)).filter(
      ({ name, status }) =>
        status === "ONLINE" && !workers.some((own) => name === own || name.startsWith(`${own}-`)),
    );
    if (others.length > 0)
      throw new PrefectFargateError(
        "POOL_IN_USE",
        `Other workers are ONLINE in the work pool ${pool.name}: ${others.map(({ name }) => name).join(", ")}.`,
        { hint: "Leave --delete-pool out; the pool stays for them." },
      );
  }
}

/** So that no run starts whose infrastructure is about to go. A person's own pause is left alone. */
async function pausePools(pools: readonly WorkPool[], prefect: PrefectClient): Promise<void> {
  for (const pool of pools)
    if (!pool.paused)
      await prefect.updateWorkPool(pool.name, { paused: true, description: descriptionOfPaused(pool) });
}

async function unpausePools(pools: readonly WorkPool[], prefect: PrefectClient): Promise<void> {
  for (const { name, paused } of pools) {
    const pool = paused ? undefined : await prefect.readWorkPool(name);
    if (pool && isPausedByUs(pool))
      await prefect.updateWorkPool(name, { paused: false, description: descriptionOfUnpaused(pool) });
  }
}

const nothingToDestroy = ({ cluster, region }: Config): PrefectFargateError =>
  new PrefectFargateError(
    "NOTHING_TO_DESTROY",
    `There is no state of ${cluster.name} in ${region} here: it was never deployed from this folder, or is destroyed already.`,
    { hint: "Go to the folder it was deployed from, or name its config: prefect-fargate destroy --config …" },
  );
