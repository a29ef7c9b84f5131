import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { DescribeSecretCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPrefectClient, type PrefectClient } from "#prefect/client.ts";
import { filesWithKey, holdsKey } from "../helpers/key-search.ts";
import { deployPatientFlow, newKey, reaches } from "../helpers/rotation.ts";
import { openStage, type Stage } from "../helpers/stage.ts";
import { ENTER, typist } from "../helpers/typist.ts";

const SECRET = "prefect-api-key";

let stage: Stage;
let deploymentId: string;
/** The key that is in the secret. */
let inUse: string;

beforeAll(async () => {
  stage = await openStage({ version: 2 });
  inUse = stage.cloud.apiKey;
  await stage.must(["deploy", "--yes"]);
  deploymentId = await deployPatientFlow(stage);
});
afterAll(() => stage?.close());

const secretValue = async (SecretId = SECRET): Promise<string> =>
  (await stage.aws.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString!;

/** Ids of the deployments of the worker's service: a restart adds one. */
async function deployments(): Promise<string[]> {
  const asked = { cluster: "prefect-cluster", services: ["dev-worker"] };
  const { services } = await stage.aws.ecs.send(new DescribeServicesCommand(asked));
  return services![0]!.deployments!.map(({ id }) => id!);
}

const prefectWith = (apiKey: string): PrefectClient =>
  createPrefectClient({ apiUrl: stage.cloud.door.workspaceUrl, apiKey, version: 2 });

const rotate = (key: string, options: Parameters<Stage["cli"]>[1] = {}, ...flags: string[]) =>
  stage.cli(["rotate-key", "--yes", ...flags], {
    ...options,
    env: { PREFECT_API_KEY: inUse, PREFECT_NEW_API_KEY: key, ...options.env },
  });

async function unchanged(work: () => Promise<void>): Promise<void> {
  const before = await deployments();
  await work();
  expect(await secretValue()).toBe(inUse);
  expect(await deployments()).toEqual(before);
}

describe("before anything is changed", () => {
  it("a key that Prefect refuses is refused", async () => {
    await unchanged(async () => {
      const { status, stderr } = await rotate(newKey());
      expect(status).toBe(1);
      expect(stderr).toContain("PREFECT_KEY_REFUSED");
    });
  });

  it("a missing key is asked for at a terminal only", async () => {
    await unchanged(async () => {
      const { status, stderr } = await stage.cli(["rotate-key", "--yes"], {
        env: { PREFECT_API_KEY: inUse },
      });
      expect(status).toBe(1);
      expect(stderr).toContain("NEW_KEY_MISSING");
      expect(stderr).toContain("export PREFECT_NEW_API_KEY=…");
    });
  });

  it("nobody is asked without a terminal, so --yes is needed", async () => {
    const key = newKey();
    stage.cloud.door.admit(key);
    await unchanged(async () => {
      const env = { PREFECT_API_KEY: inUse, PREFECT_NEW_API_KEY: key };
      const { status, stderr } = await stage.cli(["rotate-key"], { env });
      expect(status).toBe(1);
      expect(stderr).toContain("NOBODY_TO_ASK");
    });
    stage.cloud.door.revoke(key);
  });
});

describe("a new key", () => {
  it("is in use at the end, no run is lost, and Terraform has nothing to say", async () => {
    const { prefect, cloud } = stage;
    const before = inUse;
    const key = newKey();
    cloud.door.admit(key);
    const long = await prefect.createFlowRun(deploymentId, { parameters: { seconds: 8 } });
    await reaches(prefectWith(inUse), long.id, "RUNNING");
    const rotating = rotate(key);
    await sleep(3000);
    const during = await prefect.createFlowRun(deploymentId, { parameters: { seconds: 0 } });
    const { status, stdout, stderr } = await rotating;
    expect(stderr + stdout).toContain("dev-worker is ONLINE in ecs-work-pool, with the new key");
    expect(status).toBe(0);
    expect(stdout).toContain("1 flow run began with the old key");
    expect(await secretValue()).toBe(key);
    await Promise.all([long.id, during.id].map((id) => reaches(prefectWith(key), id, "COMPLETED")));

    inUse = key;
    cloud.door.revoke(before);
    const after = await prefectWith(key).createFlowRun(deploymentId, { parameters: { seconds: 0 } });
    await reaches(prefectWith(key), after.id, "COMPLETED");
    const plan = await stage.cli(["plan"], { env: { PREFECT_API_KEY: key } });
    expect(plan.status).toBe(0);
    for (const secret of [before, key]) {
      expect(holdsKey(stdout + stderr, secret)).toBe(false);
      expect(filesWithKey(stage.dir, secret)).toEqual([]);
    }
  });

  it("that stops being good makes way for the old one", async () => {
    const key = newKey();
    stage.cloud.door.admit(key);
    const rotating = rotate(key);
    while ((await secretValue()) !== key) await sleep(100);
    stage.cloud.door.revoke(key);
    const { status, stderr } = await rotating;
    expect(status).toBe(1);
    expect(stderr).toContain(
      "ROTATION_UNDONE: The new key did not do; the old one is back, and the workers are ONLINE",
    );
    expect(await secretValue()).toBe(inUse);
    expect(holdsKey(stderr, key) || holdsKey(stderr, inUse)).toBe(false);
  });

  it("makes way for the old one at Ctrl-C", async () => {
    const key = newKey();
    stage.cloud.door.admit(key);
    const signals = new EventEmitter();
    const rotating = rotate(key, { signals });
    while ((await secretValue()) !== key) await sleep(100);
    signals.emit("SIGINT");
    const { status, stderr } = await rotating;
    expect(stderr).toContain("Stopped: The old key is back");
    expect(status).toBe(130);
    expect(await secretValue()).toBe(inUse);
    stage.cloud.door.revoke(key);
  });
});

describe("a secret that the config only reads", () => {
  it("is written by its owner, or when that is allowed", async () => {
    const { ARN } = await stage.aws.secrets.send(new DescribeSecretCommand({ SecretId: SECRET }));
    await stage.configure({ prefect: { apiKey: { secretArn: ARN! } } });
    const key = newKey();
    stage.cloud.door.admit(key);
    await unchanged(async () => {
      const { status, stderr } = await rotate(key);
      expect(status).toBe(1);
      expect(stderr).toContain("SECRET_NOT_OURS");
      expect(stderr).toContain(`put-secret-value --secret-id ${ARN}`);
    });

    const person = typist();
    const rotating = stage.cli(["rotate-key", "--write-existing-secret"], {
      env: { PREFECT_API_KEY: inUse, CI: undefined },
      terminal: person.terminal,
    });
    await person.answer("The new API key", key + ENTER);
    await person.answer("Replace the key?", ENTER);
    const { status, stdout, stderr } = await rotating;
    expect(stdout + stderr).toContain("dev-worker is ONLINE in ecs-work-pool, with the new key");
    expect(status).toBe(0);
    expect(await secretValue()).toBe(key);
    expect(holdsKey(person.shown() + stdout + stderr, key)).toBe(false);
  });
});
