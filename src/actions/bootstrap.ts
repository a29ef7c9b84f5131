import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Config } from "#config/schema.ts";
import type { StateObject } from "#config/state-schema.ts";
import { keepLockFile, restoreLockFile } from "#engine/lock-file.ts";
import { withProgress } from "#engine/progress.ts";
import { recordedBackend } from "#engine/recorded-backend.ts";
import { openWorkspace, type Plan, type Workspace } from "#engine/workspace.ts";
import { Cancelled, PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import { composeBootstrap, STATE_BUCKET } from "#root/compose-bootstrap.ts";
import { composeRoot, type RootFiles } from "#root/compose-root.ts";
import { writeRoot } from "#root/write-root.ts";
import { type FoundParts, findParts } from "./bootstrap/find-parts.ts";
import { IMPORTS_FILE, importBlocks } from "./converge/import-blocks.ts";
import { type DescribedChange, describeChanges } from "./plan/describe-changes.ts";
import { moveState } from "./state/move-state.ts";
import { readState } from "./state/read-state.ts";
import { findStateMove, type StateMove } from "./state/state-move.ts";
import { isSamePlace, placeOf } from "./state/state-place.ts";
import type { Surroundings } from "./surroundings.ts";

/** In the system's folder; Terraform does not look into folders of this kind. */
const FOLDER = ".bootstrap";

export interface BootstrapOptions {
  /** Decides on what would be done; not asked when that is nothing. */
  readonly approve: (proposal: BootstrapProposal) => Promise<boolean>;
  /** The key for the secret of a pipeline's environment, tried with Prefect before. */
  readonly checkedKey: () => Promise<string>;
}

export interface BootstrapProposal {
  readonly changes: readonly DescribedChange[];
  /** The system's own state, where it is kept elsewhere than the config says. */
  readonly move: StateMove | undefined;
  readonly empty: boolean;
}

export interface Bootstrapped {
  readonly changed: boolean;
  readonly bucket: string | undefined;
  readonly moved: StateMove | undefined;
  readonly planRoleArn: string | undefined;
  readonly applyRoleArn: string | undefined;
  readonly apiKeySecretArn: string | undefined;
}

/**
 * Makes what has to be there before the system is: the bucket of the state, and for an environment that a pipeline deploys the
 * OIDC provider, its two roles and the secret with the Prefect key. Then moves the system's state to where the config keeps it.
 * Done again, it does what is missing.
 *
 * Its own state is kept in the bucket too, beside the system's: `…/bootstrap.tfstate`. Until there is a bucket it lies in the
 * system's folder; a bootstrap that was cut short goes on from there.
 *
 * The bucket costs a few cents a month, the secret $0.40.
 *
 * @throws NOTHING_TO_BOOTSTRAP, BUCKET_TAKEN, BUCKET_ELSEWHERE, PIPELINE_NOT_READY, STATE_IN_TWO_PLACES; Cancelled when
 * `approve` says no; and what the engine throws
 */
export async function bootstrap(
  config: Config,
  surroundings: Surroundings,
  options: BootstrapOptions,
  reporter: Reporter,
): Promise<Bootstrapped> {
  const { dir, env } = surroundings;
  const move = await findStateMove(dir, config.state, env);
  if (config.state === undefined) return moveAlone(config, surroundings, move, options, reporter);
  const own = { ...config.state, key: posix.join(posix.dirname(config.state.key), "bootstrap.tfstate") };
  await using site = await openSite(config, surroundings, own, options, reporter);
  const { plan, found } = site;
  for (const fault of found.givenBucket?.faults ?? [])
    reporter.warn(`The bucket ${own.bucket} exists already and is used as it is. ${fault}`);
  const proposal: BootstrapProposal = {
    changes: describeChanges(plan),
    move,
    empty: plan.empty && move === undefined,
  };
  if (!proposal.empty && !(await options.approve(proposal))) throw new Cancelled("Nothing was changed.");
  const outputs = plan.empty ? await site.workspace.outputs() : await site.apply();
  await site.keepState();
  if (move) await moveSystem(config, surroundings, move, reporter);
  return {
    changed: !proposal.empty,
    bucket: config.state.bucket,
    moved: move,
    planRoleArn: outputs.plan_role_arn as string | undefined,
    applyRoleArn: outputs.apply_role_arn as string | undefined,
    apiKeySecretArn: outputs.api_key_secret_arn as string | undefined,
  };
}

/** Nothing is to be made where the state stays on the machine; it may still have to come back to it. */
async function moveAlone(
  config: Config,
  surroundings: Surroundings,
  move: StateMove | undefined,
  { approve }: BootstrapOptions,
  reporter: Reporter,
): Promise<Bootstrapped> {
  if (move === undefined)
    throw new PrefectFargateError(
      "NOTHING_TO_BOOTSTRAP",
      config.pipeline
        ? "A pipeline keeps its state in S3, and the config names no bucket."
        : "The config keeps the state on this machine, and has no pipeline: nothing is needed before a deploy.",
      { hint: 'To keep the state in S3, add state: { bucket: "…" } to the config; then run this again.' },
    );
  const proposal = { changes: [], move, empty: false };
  if (!(await approve(proposal))) throw new Cancelled("Nothing was changed.");
  await moveSystem(config, surroundings, move, reporter);
  const nothing = { bucket: undefined, planRoleArn: undefined, applyRoleArn: undefined };
  return { ...nothing, changed: true, moved: move, apiKeySecretArn: undefined };
}

/** The bootstrap's own Terraform, planned. */
interface Site extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly plan: Plan;
  readonly found: FoundParts;
  apply(): Promise<Readonly<Record<string, unknown>>>;
  /** Moves the state into the bucket, once there is one. */
  keepState(): Promise<void>;
}

async function openSite(
  config: Config,
  surroundings: Surroundings,
  own: StateObject,
  { checkedKey }: BootstrapOptions,
  reporter: Reporter,
): Promise<Site> {
  const { env, projectDir } = surroundings;
  const dir = join(surroundings.dir, FOLDER);
  await mkdir(dir, { recursive: true });
  const found = await reporter.stage("Look at what is there", () => findParts(config, dir, own, env));
  const { parts } = found;
  const apiKey = parts.secretName ? await checkedKey() : undefined;
  const open = (reconfigure: boolean) => openFolder(surroundings, dir, apiKey, reconfigure, reporter);
  const write = (files: RootFiles) => writeRoot(dir, files);

  const isElsewhere = !isSamePlace(placeOf(recordedBackend(dir), dir), placeOf(parts.backend, dir));
  await write(composeBootstrap(config, own, parts));
  if (projectDir) await restoreLockFile(projectDir, dir);
  const workspace = await open(isElsewhere);
  const plan = await reporter.stage("Plan", async () => {
    await workspace.init();
    if (projectDir) await keepLockFile(dir, projectDir);
    return found.orphanedBucket
      ? planWithBucket(workspace, dir, own)
      : workspace.plan({ details: "when-something-changes" });
  });
  return {
    workspace,
    plan,
    found,
    apply: () =>
      reporter.stage("Apply", async (stage) => {
        const { outputs } = await withProgress(stage, (onEvent) => workspace.apply(plan, onEvent));
        return outputs ?? workspace.outputs();
      }),
    keepState: async () => {
      if (parts.backend) return;
      await reporter.stage("Keep the bootstrap's state in the bucket", async () => {
        const from = placeOf(undefined, dir);
        const { resources = 0 } = (await readState(from, env)) ?? {};
        await write(composeBootstrap(config, own, { ...parts, backend: own }));
        const moving = await open(false);
        await moveState(moving, { from, to: placeOf(own, dir), resources }, env);
        moving.close();
      });
    },
    [Symbol.asyncDispose]: async () => workspace.close(),
  };
}

const openFolder = (
  { terraform, env, signal }: Surroundings,
  dir: string,
  apiKey: string | undefined,
  reconfigure: boolean,
  reporter: Reporter,
): Promise<Workspace> =>
  openWorkspace({
    dir,
    terraform,
    env,
    variables: apiKey ? { prefect_api_key: apiKey } : {},
    secrets: apiKey ? [apiKey] : [],
    reporter,
    reconfigure,
    ...(signal ? { signal } : {}),
  });

/** Takes over the bucket that was made just before a kill. */
async function planWithBucket(workspace: Workspace, dir: string, { bucket }: StateObject): Promise<Plan> {
  const file = join(dir, IMPORTS_FILE);
  await writeFile(
    file,
    importBlocks([{ address: `module.${STATE_BUCKET}.aws_s3_bucket.this`, found: { id: bucket } }]),
  );
  try {
    return await workspace.plan({ details: "when-something-changes" });
  } finally {
    await rm(file, { force: true });
  }
}

async function moveSystem(
  config: Config,
  { dir, terraform, env, projectDir, signal }: Surroundings,
  move: StateMove,
  reporter: Reporter,
): Promise<void> {
  await reporter.stage("Move the system's state", async () => {
    await writeRoot(dir, composeRoot(config));
    if (projectDir) await restoreLockFile(projectDir, dir);
    const workspace = await openWorkspace({ dir, terraform, env, reporter, ...(signal ? { signal } : {}) });
    await moveState(workspace, move, env);
    workspace.close();
  });
}
