import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "#config/schema.ts";
import { Cancelled, PrefectFargateError } from "#errors";
import type { BaseJobTemplate } from "#prefect/job-template.ts";
import { type UpgradeConcern, upgradeConcerns } from "#prefect/upgrade-concerns.ts";
import type { Reporter } from "#reporter";
import type { OnlineWorker } from "./await-online.ts";
import { deploy } from "./deploy.ts";
import type { Proposal } from "./plan/propose.ts";
import type { Workplace } from "./workplace.ts";

/** Beside the state from the beginning of an upgrade on: what the way back needs. */
const RECORD = "upgrade.json";

export interface UpgradeOptions {
  /** The config as it is deployed. */
  readonly before: Config;
  /** The same with the other major version of Prefect. */
  readonly after: Config;
  /** Without `signal` it cannot be interrupted: the way back must be gone to its end. */
  readonly workplaceFor: (config: Config, options: { interruptible: boolean }) => Promise<Workplace>;
  readonly approve: (intended: IntendedUpgrade) => Promise<boolean>;
  /** Work pools get the job templates back that they had before the last upgrade. @default false */
  readonly back?: boolean;
  readonly signal?: AbortSignal;
}

export interface IntendedUpgrade {
  readonly from: 2 | 3;
  readonly to: 2 | 3;
  /** What of each worker follows from the version: `dev-worker: image`, before, after. */
  readonly workers: readonly WorkerDifference[];
  readonly proposal: Proposal;
  /** What deployments say themselves that belongs to the other version. */
  readonly concerns: readonly UpgradeConcern[];
  readonly deployments: number;
}

export interface WorkerDifference {
  readonly worker: string;
  readonly what: "image" | "integration";
  readonly before: string;
  readonly after: string;
}

export interface Upgraded {
  readonly from: 2 | 3;
  readonly to: 2 | 3;
  readonly online: readonly OnlineWorker[];
}

interface Snapshot {
  readonly from: 2 | 3;
  readonly at: string;
  readonly pools: readonly { readonly name: string; readonly baseJobTemplate: BaseJobTemplate }[];
}

/**
 * Takes a system to the other major version of Prefect: image, integration, job template and the way in which crashed runs are
 * noticed, with the same gate as a deploy. If a worker does not come ONLINE, the version before is deployed again and the work
 * pools get their job templates back.
 *
 * @throws UPGRADE_UNDONE: the version before is back. UPGRADE_NOT_UNDONE: it is not. Cancelled when `approve` says no; what
 * planning throws, before anything is changed
 */
export async function upgrade(options: UpgradeOptions, reporter: Reporter): Promise<Upgraded> {
  const { before, after, workplaceFor, approve, back = false, signal } = options;
  const { from, to } = { from: before.prefect.version, to: after.prefect.version };
  const workplace = await workplaceFor(after, { interruptible: true });
  const { dir } = workplace;
  let begun: Snapshot | undefined;
  try {
    const earlier = back ? await readSnapshot(dir) : undefined;
    const { concerns, deployments } = await lookAtDeployments(workplace, to);
    const result = await deploy(
      workplace,
      {
        approve: async (proposal) => {
          const workers = workerDifferences(before, after);
          if (!(await approve({ from, to, workers, proposal, concerns, deployments }))) return false;
          begun = await takeSnapshot(workplace, from);
          if (!back) await writeFile(join(dir, RECORD), `${JSON.stringify(begun, null, 2)}\n`);
          return true;
        },
        ...(signal ? { signal } : {}),
      },
      reporter,
    );
    if (earlier?.from === to) await restoreTemplates(workplace, earlier, reporter);
    if (back) await rm(join(dir, RECORD), { force: true });
    return { from, to, online: result.workers };
  } catch (error) {
    if (begun === undefined) throw error;
    throw await goBack(error, begun, options, reporter);
  } finally {
    workplace.close();
  }
}

async function lookAtDeployments({ config, prefect }: Workplace, to: 2 | 3) {
  const pools = new Set(Object.values(config.workers).map(({ workPool }) => workPool));
  const found = await Promise.all(
    [...pools].map(async (name) => ((await prefect.readWorkPool(name)) ? prefect.listDeployments(name) : [])),
  );
  const deployments = found.flat();
  return { concerns: upgradeConcerns(deployments, to), deployments: deployments.length };
}

function workerDifferences(before: Config, after: Config): WorkerDifference[] {
  return Object.entries(after.workers).flatMap(([worker, next]) => {
    const last = before.workers[worker]!;
    const pairs = [
      ["image", last.image, next.image],
      ["integration", last.extraPipPackages.join(" "), next.extraPipPackages.join(" ")],
    ] as const;
    return pairs
      .filter(([, one, other]) => one !== other)
      .map(([what, one, other]) => ({ worker, what, before: one, after: other }));
  });
}

async function takeSnapshot({ config, prefect }: Workplace, from: 2 | 3): Promise<Snapshot> {
  const names = new Set(Object.values(config.workers).map(({ workPool }) => workPool));
  const pools = await Promise.all([...names].map((name) => prefect.readWorkPool(name)));
  return {
    from,
    at: new Date().toISOString(),
    pools: pools
      .filter((pool) => pool !== undefined)
      .map(({ name, baseJobTemplate }) => ({ name, baseJobTemplate })),
  };
}

async function readSnapshot(dir: string): Promise<Snapshot | undefined> {
  const text = await readFile(join(dir, RECORD), "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

async function restoreTemplates(
  { prefect }: Workplace,
  { pools }: Snapshot,
  reporter: Reporter,
): Promise<void> {
  await reporter.stage("Put the job templates back", async () => {
    for (const { name, baseJobTemplate } of pools) await prefect.updateWorkPool(name, { baseJobTemplate });
  });
}

/** Deploys the version before again, and says what happened. */
async function goBack(
  cause: unknown,
  snapshot: Snapshot,
  { before, after, workplaceFor }: UpgradeOptions,
  reporter: Reporter,
): Promise<Error> {
  const why = cause instanceof PrefectFargateError ? cause : undefined;
  const reason = why?.message ?? (cause instanceof Error ? cause.message : String(cause));
  const { from, to } = { from: before.prefect.version, to: after.prefect.version };
  const workplace = await workplaceFor(before, { interruptible: false });
  try {
    reporter.warn(`Going back to Prefect ${from}: ${reason}`);
    await deploy(workplace, { approve: async () => true }, reporter);
    await restoreTemplates(workplace, snapshot, reporter);
    await rm(join(workplace.dir, RECORD), { force: true });
    if (cause instanceof Cancelled || (cause instanceof Error && cause.name === "AbortError"))
      return new Cancelled(`Prefect ${from} is back, and the workers are ONLINE with it.`);
    return new PrefectFargateError(
      "UPGRADE_UNDONE",
      `Prefect ${to} did not come up; Prefect ${from} is back, and the workers are ONLINE with it. ${reason}`,
      {
        source: why?.source ?? "environment",
        cause,
        details: why?.details ?? [],
        ...(why?.hint ? { hint: why.hint } : {}),
      },
    );
  } catch (error) {
    const second = error instanceof Error ? error.message : String(error);
    return new PrefectFargateError(
      "UPGRADE_NOT_UNDONE",
      `Prefect ${to} did not come up, and the way back to Prefect ${from} failed as well. ${reason}`,
      {
        source: "environment",
        cause: error,
        details: [...(why?.details ?? []), `The way back: ${second}`],
        hint: "The config still says the version before: prefect-fargate status, then prefect-fargate deploy",
      },
    );
  } finally {
    workplace.close();
  }
}
