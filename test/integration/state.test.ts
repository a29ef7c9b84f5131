import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { moveState } from "#actions/state/move-state.ts";
import { settleState } from "#actions/state/settle-state.ts";
import { findStateMove } from "#actions/state/state-move.ts";
import type { StateObject } from "#config/state-schema.ts";
import { findTerraform } from "#engine/find-terraform.ts";
import { openWorkspace, type Workspace, type WorkspaceOptions } from "#engine/workspace.ts";
import { silentReporter } from "#reporter";
import { requirementsBlock } from "#root/provider-block.ts";
import { openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { SMALL_ROOT, type TemporaryFolder, temporaryFolder } from "../helpers/terraform-fixtures.ts";

const BUCKET = "acme-terraform-state";
const terraform = await findTerraform();

let emulator: TestEmulator;
let s3: S3Client;
let state: StateObject;
let serial = 0;

beforeAll(async () => {
  emulator = await openEmulator();
  s3 = new S3Client({
    endpoint: emulator.url,
    region: emulator.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: "Enabled" } }),
  );
});

afterAll(async () => {
  s3.destroy();
  await emulator.close();
});

beforeEach(() => {
  state = { bucket: BUCKET, key: `test-${++serial}/terraform.tfstate`, region: emulator.region };
});

/** The backend as the root has it, without the AWS provider, which these resources do not need. */
const backend = (where: StateObject | undefined): string =>
  requirementsBlock({ state: where }).replace(/ {2}required_providers \{[\s\S]*?\n {2}\}\n/, "");

/** A machine: a folder with the root, and whatever Terraform leaves in it. */
const machine = (where?: StateObject): TemporaryFolder =>
  temporaryFolder({ "main.tf": SMALL_ROOT, "backend.tf": backend(where) });

/** Opens it as a workplace does. */
async function open(folder: TemporaryFolder, where?: StateObject, options: Partial<WorkspaceOptions> = {}) {
  const { reconfigure } = await settleState(folder.path, where, emulator.env);
  folder.write("backend.tf", backend(where));
  return openWorkspace({
    dir: folder.path,
    terraform,
    env: emulator.env,
    reporter: silentReporter,
    reconfigure,
    ...options,
  });
}

async function deploy(folder: TemporaryFolder, where?: StateObject): Promise<Workspace> {
  const workspace = await open(folder, where);
  await workspace.init();
  await workspace.apply(await workspace.plan());
  return workspace;
}

/** What `bootstrap` does once it was told that it may. */
async function move(folder: TemporaryFolder, to?: StateObject): Promise<void> {
  const found = await findStateMove(folder.path, to, emulator.env);
  folder.write("backend.tf", backend(to));
  const workspace = await openWorkspace({
    dir: folder.path,
    terraform,
    env: emulator.env,
    reporter: silentReporter,
  });
  await moveState(workspace, found!, emulator.env);
}

const inBucket = async ({ bucket, key }: StateObject) =>
  s3
    .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    .then(async ({ Body }) => JSON.parse(await Body!.transformToString()))
    .catch((error: Error) => error.name);

const localState = (folder: TemporaryFolder): string => join(folder.path, "terraform.tfstate");

describe("a state in S3", () => {
  it("is what another machine goes on from", async () => {
    using first = machine(state);
    using second = machine(state);
    await deploy(first, state);
    expect(existsSync(localState(first))).toBe(false);
    const elsewhere = await open(second, state);
    await elsewhere.init();
    expect(await elsewhere.stateResources()).toHaveLength(2);
    expect((await elsewhere.plan()).empty).toBe(true);
  });

  it("is locked while somebody works on it, and whoever comes is told by whom and since when", async () => {
    using first = machine(state);
    using second = machine(state);
    const busy = await open(first, state, { variables: { seconds: "600" } });
    await busy.init();
    const stop = new AbortController();
    const working = await open(first, state, { variables: { seconds: "600" }, signal: stop.signal });
    const applying = working.apply(await working.plan(), (event) => {
      if (event.type === "apply_start" && event.resource.address === "terraform_data.slow") locked.resolve();
    });
    const locked = Promise.withResolvers<void>();
    await locked.promise;
    const other = await open(second, state);
    await other.init();
    const error = await other.plan().catch((caught) => caught);
    expect(error).toMatchObject({ code: "STATE_LOCKED" });
    expect(error.message).toMatch(
      new RegExp(
        `^The state ${BUCKET}/${state.key} is locked by ${userInfo().username}@${hostname()}, who is applying changes, since .* UTC`,
      ),
    );
    expect(error.hint).toMatch(/force-unlock [0-9a-f-]{36}/);
    stop.abort();
    await applying.catch(() => {});
    await other.plan();
  });

  it("needs its bucket", async () => {
    using folder = machine();
    const workspace = await open(folder, { ...state, bucket: "nobody-has-this-bucket" });
    await expect(workspace.init()).rejects.toMatchObject({
      code: "STATE_BUCKET_MISSING",
      message: "The bucket that the state is kept in, nobody-has-this-bucket, does not exist.",
    });
  });
});

describe("a state that is kept elsewhere from now on", () => {
  it("is not left behind unnoticed, and is moved to S3 whole", async () => {
    using folder = machine();
    await deploy(folder);
    await expect(open(folder, state)).rejects.toMatchObject({
      code: "STATE_MOVED",
      message: `The config keeps the state in s3://${BUCKET}/${state.key}; it is still in ${localState(folder)}, with 2 resources.`,
    });
    await move(folder, state);
    expect(statSync(localState(folder)).size).toBe(0);
    expect((await inBucket(state)).resources).toHaveLength(2);
    const moved = await open(folder, state);
    await moved.init();
    expect((await moved.plan()).empty).toBe(true);
  });

  it("is moved back, and to another key, and nothing stays that somebody could go on from", async () => {
    using folder = machine(state);
    await deploy(folder, state);
    const other = { ...state, key: `${state.key}.other` };
    await move(folder, other);
    expect(await inBucket(state)).toBe("NoSuchKey");
    await move(folder);
    expect(await inBucket(other)).toBe("NoSuchKey");
    const local = await open(folder);
    await local.init();
    expect(await local.stateResources()).toHaveLength(2);
    expect(JSON.parse(readFileSync(localState(folder), "utf8")).resources).toHaveLength(2);
  });

  it("needs no moving where nothing is in it", async () => {
    using folder = machine();
    const before = await deploy(folder);
    await before.destroy();
    const after = await open(folder, state);
    await after.init();
    expect(await after.stateResources()).toEqual([]);
  });

  it("is taken for moved when it was copied before somebody killed the move", async () => {
    using folder = machine();
    await deploy(folder);
    const copy = readFileSync(localState(folder), "utf8");
    await move(folder, state);
    // As if Terraform had been killed between the copy and its own note of it.
    folder.write("terraform.tfstate", copy);
    rmSync(join(folder.path, ".terraform", "terraform.tfstate"));
    const after = await open(folder, state);
    await after.init();
    expect((await after.plan()).empty).toBe(true);
    expect(existsSync(`${localState(folder)}.moved`)).toBe(true);
  });

  it("replaces no other state", async () => {
    using first = machine(state);
    using second = machine();
    await deploy(first, state);
    await deploy(second);
    await expect(open(second, state)).rejects.toMatchObject({ code: "STATE_IN_TWO_PLACES" });
  });
});
