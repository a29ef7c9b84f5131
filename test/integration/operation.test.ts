import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { filesWithKey, holdsKey } from "../helpers/key-search.ts";
import { deployPatientFlow, newKey, reaches } from "../helpers/rotation.ts";
import { recordingPlugin } from "../helpers/session-plugin.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

/** What one does with a deployed system from day to day. */
let stage: Stage;
beforeAll(async () => {
  stage = await openStage({
    version: 2,
    existingCluster: true,
    config: { workers: { "dev-worker": { exec: true } } },
  });
  const deployed = await stage.cli(["deploy", "--yes"]);
  expect(deployed.stderr + deployed.stdout).toContain("ONLINE");
});
afterAll(() => stage?.close());

let runName = "";

describe("run", () => {
  test("starts the canary, shows what it prints, and says where it ran", async () => {
    const { stdout, status } = await stage.cli(["run"]);
    runName = /^Flow run (\S+)/.exec(stdout)?.[1] ?? "";
    expect(stdout).toMatch(/INFO {5}Hello from ECS Fargate\.$/m);
    expect(stdout).toMatch(new RegExp(`^${runName} Completed in \\d+ s$`, "m"));
    expect(stdout).toMatch(/^ {2}cluster {10}shared-cluster$/m);
    expect(stdout).toMatch(/^ {2}security groups {2}sg-[0-9a-f]+$/m);
    expect(stdout).toContain("Next: prefect-fargate status");
    expect(status).toBe(0);
  });

  test("of a deployment of one's own takes parameters, and its failure is a status of its own", async () => {
    const { stdout, status } = await stage.cli([
      "run",
      "canary/prefect-fargate",
      "--param",
      "greting=3",
      "--json",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      state: { type: "FAILED", message: expect.stringContaining("greting") },
      explanation: null,
      misplaced: [],
    });
    expect(status).toBe(3);
  });

  test("of a deployment that does not exist says how to write one", async () => {
    const { stderr, status } = await stage.cli(["run", "canary"]);
    expect(stderr).toMatchInlineSnapshot(`
      "DEPLOYMENT_UNKNOWN: Prefect has no deployment canary.
      → Write flow and deployment, as \`prefect deployment ls\` shows them: prefect-fargate run etl/nightly
      "
    `);
    expect(status).toBe(1);
  });
});

describe("status", () => {
  test("is one screen, on which runs are joined to their tasks", async () => {
    const { stdout, status } = await stage.cli(["status"]);
    const lines = stdout.split("\n");
    const cells = (start: string) => lines.find((line) => line.startsWith(start))?.split(/ {2,}/);
    expect(lines[0]).toBe("shared-cluster in us-east-1 is healthy");
    expect(cells("dev-worker")?.slice(0, 5)).toEqual([
      "dev-worker",
      "ecs-work-pool",
      "1/1",
      "COMPLETED",
      "dev-worker:1",
    ]);
    expect(cells("dev-worker")?.[6]).toBe("ONLINE");
    expect(cells("ecs-work-pool")?.slice(0, 8)).toEqual([
      ...["ecs-work-pool", "ecs", "READY", "-", "default", "1", "0", "0"],
    ]);
    expect(cells(runName)?.slice(1, 3)).toEqual(["ecs-work-pool", "Completed"]);
    expect(cells(runName)?.[5]).toMatch(/^[0-9a-f]{8}$/);
    expect(stdout).toMatch(/^API key in arn:aws:secretsmanager:\S+, put \d+ \w+ ago$/m);
    expect(lines.length).toBeLessThan(30);
    expect(status).toBe(0);
  });

  test("--json has all of it, and no key", async () => {
    const { stdout } = await stage.cli(["status", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      healthy: true,
      problems: [],
      workers: [{ name: "dev-worker", service: { desired: 1, running: 1, tasks: [{ health: "HEALTHY" }] } }],
      pools: [{ name: "ecs-work-pool", queues: [{ due: 0, late: 0, inProgress: 0 }] }],
    });
    expect(stdout).not.toContain(stage.cloud.apiKey);
  });

  test("says what is wrong, and ends with 3", async () => {
    await stage.prefect.updateWorkPool("ecs-work-pool", { paused: true });
    const { stdout, status } = await stage
      .cli(["status"])
      .finally(() => stage.prefect.updateWorkPool("ecs-work-pool", { paused: false }));
    expect(stdout).toContain(
      "shared-cluster in us-east-1 is not healthy\n  Work pool ecs-work-pool is paused",
    );
    expect(status).toBe(3);
  });

  test("--watch looks again until Ctrl-C", async () => {
    const { process: child, ended } = stage.start(["status", "--watch", "--json"]);
    let screens = 0;
    child.stdout?.on("data", (chunk: Buffer) => {
      screens += chunk.toString().split("\n").length - 1;
      if (screens === 2) child.kill("SIGINT");
    });
    const { stdout, status } = await ended;
    expect(status).toBe(130);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).healthy),
    ).toEqual([true, true]);
  });

  test("in a folder from which nothing was deployed says so", async () => {
    const empty = join(stage.dir, "..", "empty");
    await mkdir(empty);
    await writeFile(join(empty, "prefect-fargate.config.json"), JSON.stringify(stage.config()));
    const { stderr, status } = await stage.cli(["status"], { cwd: empty });
    expect(stderr).toMatchInlineSnapshot(`
      "SYSTEM_NOT_APPLIED: Nothing has been deployed from this folder yet.
      → prefect-fargate deploy
      "
    `);
    expect(status).toBe(1);
  });
});

describe("logs", () => {
  test("of the worker come from its tasks", async () => {
    const { stdout } = await stage.cli(["logs", "--since", "1h"]);
    expect(stdout).toMatch(/^\d{4}-\S+Z [0-9a-f]{8} Worker 'dev-worker' started!$/m);
  });

  test("of a flow run join what Prefect kept with what only its task printed, each line once", async () => {
    const { stdout } = await stage.cli(["logs", runName, "--json"]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { source: string; text: string });
    expect(lines.filter(({ text }) => text.endsWith("Hello from ECS Fargate."))).toMatchObject([
      { source: "prefect" },
    ]);
    expect(lines.some(({ source }) => source === "task")).toBe(true);
  });

  test("--follow of a flow run ends with it", async () => {
    const deployment = await stage.prefect.findDeployment("canary/prefect-fargate");
    const started = await stage.prefect.createFlowRun(deployment!.id);
    const { stdout, status } = await stage.cli(["logs", started.id, "--follow"]);
    expect(stdout).toMatch(/INFO {5}Finished in state Completed\(\)/);
    expect(status).toBe(0);
  });

  test("of nobody name who there is", async () => {
    const { stderr, status } = await stage.cli(["logs", "nobody"]);
    expect(stderr).toContain(
      "LOGS_OF_NOBODY: There is no worker, service or flow run called nobody.\n  workers: dev-worker\n",
    );
    expect(stderr).toContain(runName);
    expect(status).toBe(1);
  });
});

describe("exec", () => {
  test("hands AWS's plugin the session that ECS opened, and ends as the shell does", async () => {
    const plugin = await recordingPlugin(join(stage.dir, "..", "bin"));
    const env = plugin.environment(stage.env.PATH!);
    const { stderr, status } = await stage.cli(["exec", "--command", "prefect version"], { env });
    expect(stderr).toMatch(/^In container prefect-worker of task [0-9a-f]{32}\.$/m);
    const { args, session } = await plugin.seen();
    expect(args.slice(0, 3)).toEqual(["AWS_SSM_START_SESSION_RESPONSE", "us-east-1", "StartSession"]);
    expect(JSON.parse(args[4]!).Target).toMatch(/^ecs:shared-cluster_[0-9a-f]{32}_\S+$/);
    expect(JSON.parse(session)).toMatchObject({ StreamUrl: expect.stringMatching(/^wss:/) });
    expect(status).toBe(7);
  });

  test("without the plugin says where to get it", async () => {
    const { stderr, status } = await stage.cli(["exec"]);
    expect(stderr).toContain("EXEC_PLUGIN_MISSING: session-manager-plugin");
    expect(status).toBe(1);
  });
});

describe("rotate-key", () => {
  const rotate = (key: string) => stage.cli(["rotate-key", "--yes"], { env: { PREFECT_NEW_API_KEY: key } });

  test("refuses a key that Prefect refuses, before anything is changed", async () => {
    const before = await secretVersion();
    const { stderr, status } = await rotate(newKey());
    expect(stderr).toContain("PREFECT_KEY_REFUSED");
    expect(status).toBe(1);
    expect(await secretVersion()).toEqual(before);
  });

  test("needs --yes where nobody can be asked", async () => {
    const before = await secretVersion();
    const key = newKey();
    stage.cloud.door.admit(key);
    const { stderr, status } = await stage.cli(["rotate-key"], { env: { PREFECT_NEW_API_KEY: key } });
    expect(stderr).toContain("NOBODY_TO_ASK");
    expect(status).toBe(1);
    expect(await secretVersion()).toEqual(before);
  });

  test("puts a new key in use while a run goes on to its end, and Terraform has nothing to say", async () => {
    const [old, key] = [stage.cloud.apiKey, newKey()];
    stage.cloud.door.admit(key);
    const patient = await deployPatientFlow(stage);
    const long = await stage.prefect.createFlowRun(patient, { parameters: { seconds: 8 } });
    await reaches(stage.prefect, long.id, "RUNNING");
    const { stdout, stderr, status } = await rotate(key);
    expect(stderr + stdout).toContain("dev-worker is ONLINE in ecs-work-pool, with the new key");
    expect(stdout).toContain("1 flow run began with the old key");
    expect(status).toBe(0);
    await reaches(stage.prefect, long.id, "COMPLETED");
    expect((await secretVersion()).value).toBe(key);

    stage.cloud.door.revoke(old);
    const env = { PREFECT_API_KEY: key };
    const plan = await stage.cli(["plan"], { env });
    expect(plan.status, plan.stdout).toBe(0);
    expect((await stage.cli(["run"], { env })).status).toBe(0);
    for (const secret of [old, key]) {
      expect(holdsKey(stdout + stderr, secret)).toBe(false);
      expect(filesWithKey(stage.dir, secret)).toEqual([]);
    }
  }, 600_000);

  async function secretVersion(): Promise<{ value: string | undefined; id: string | undefined }> {
    const { SecretString, VersionId } = await stage.aws.secrets.send(
      new GetSecretValueCommand({ SecretId: "prefect-api-key" }),
    );
    return { value: SecretString, id: VersionId };
  }
});
