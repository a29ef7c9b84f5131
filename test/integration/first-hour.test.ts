import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPrefectClient } from "#prefect/client.ts";
import { FIRST_HOUR_PAGE, type FirstHour, firstHour, fitToThisMachine } from "../helpers/first-hour.ts";
import { deployHeldFlow } from "../helpers/held-flow.ts";
import { added, type Inventory, inventory } from "../helpers/inventory.ts";
import { filesWithKey, holdsKey } from "../helpers/key-search.ts";
import { newKey, reaches } from "../helpers/rotation.ts";
import { recordingPlugin } from "../helpers/session-plugin.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

/**
 * What a new user types in an empty folder, from the first command to the last, and on the way what one does with a deployed
 * system from day to day. Each test goes on from the one before; what is typed becomes docs/first-hour.md.
 */
const CONFIG = "prefect-fargate.config.ts";
let stage: Stage;
let hour: FirstHour;
let before: Inventory;
/** What the shell has to say since the key was changed. */
let env: Record<string, string> = {};
beforeAll(async () => {
  // Prefect Cloud speaks to both versions; here a server of Prefect 3 does, behind the Cloud door.
  stage = await openStage({ version: 3, config: "none" });
  hour = firstHour(stage);
  before = await inventory(stage.aws);
});
afterAll(() => stage?.close());

/** What is not on the page: in a process of its own as well. */
const cli = (argv: readonly string[], options?: Parameters<Stage["start"]>[1]) =>
  stage.start(argv, options).ended;

let runName = "";

describe("from an empty folder", () => {
  test("init writes a config, and doctor finds that it would do", async () => {
    await hour.type({
      heading: "Begin",
      says:
        "In an empty folder, logged in to AWS and to Prefect Cloud (`prefect cloud login`). Without `--yes` it asks. It recommends Prefect 3\n" +
        "to whoever starts afresh; these flows are Prefect 2's as yet. `--vpc default` spares the NAT gateway of a new VPC.",
      argv: ["init", "--yes", "--prefect", "2", "--vpc", "default"],
      env: { PREFECT_API_URL: stage.cloud.door.workspaceUrl },
    });
    await fitToThisMachine(stage);
    await hour.type({
      heading: "Look before anything is created",
      says: "Each line says what to do where something is missing.",
      argv: ["doctor"],
    });
    expect(added(before, await inventory(stage.aws))).toEqual({});
  });

  test("plan says what would be made, and deploy makes it", async () => {
    await hour.type({
      heading: "See what it would make, and what that costs",
      says: "Nothing is changed. The exit status is that of `terraform plan -detailed-exitcode`: 2, as something would change.",
      argv: ["plan"],
      status: 2,
    });
    const deployed = await hour.type({
      heading: "Deploy",
      says: "It ends when Prefect shows the worker ONLINE. Without `--yes` it asks first.",
      argv: ["deploy", "--yes"],
    });
    expect(deployed).toContain("dev-worker is ONLINE in ecs-work-pool");
  });
});

describe("run, without a name,", () => {
  test("starts the canary, shows what it prints, and says where it ran", async () => {
    const stdout = await hour.type({
      heading: "Run a flow",
      says: "A built-in one, which needs no image or repository of yours. Where its task ran is looked up and compared.",
      argv: ["run"],
    });
    runName = /^Flow run (\S+)/.exec(stdout)?.[1] ?? "";
    expect(stdout).toMatch(/INFO {5}Hello from ECS Fargate\.$/m);
    expect(stdout).toMatch(new RegExp(`^${runName} Completed in \\d+ s$`, "m"));
    expect(stdout).toMatch(/^ {2}cluster {10}prefect-cluster$/m);
    expect(stdout).toMatch(/^ {2}security groups {2}sg-[0-9a-f]+$/m);
    expect(stdout).toContain("Next: prefect-fargate status");
  });
});

describe("status", () => {
  test("is one screen, on which runs are joined to their tasks", async () => {
    const stdout = await hour.type({ heading: "Look around", says: "One screen.", argv: ["status"] });
    const lines = stdout.split("\n");
    const cells = (start: string) => lines.find((line) => line.startsWith(start))?.split(/ {2,}/);
    expect(lines[0]).toBe("prefect-cluster in us-east-1 is healthy");
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
  });

  test("--json has all of it, and no key", async () => {
    const { stdout } = await cli(["status", "--json"]);
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
    const { stdout, status } = await cli(["status"]).finally(() =>
      stage.prefect.updateWorkPool("ecs-work-pool", { paused: false }),
    );
    expect(stdout).toContain(
      "prefect-cluster in us-east-1 is not healthy\n  Work pool ecs-work-pool is paused",
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
    await copyFile(join(stage.dir, CONFIG), join(empty, CONFIG));
    const { stderr, status } = await cli(["status"], { cwd: empty });
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
    const stdout = await hour.type({
      heading: "Read what the worker wrote",
      says: "Or what a flow run wrote, by its name.",
      argv: ["logs", "--since", "1h"],
    });
    expect(stdout).toMatch(/^\d{4}-\S+Z [0-9a-f]{8} Worker 'dev-worker' started!$/m);
  });

  test("of a flow run join what Prefect kept with what only its task printed, each line once", async () => {
    const { stdout } = await cli(["logs", runName, "--json"]);
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
    const { stdout, status } = await cli(["logs", started.id, "--follow"]);
    expect(stdout).toMatch(/INFO {5}Finished in state Completed\(\)/);
    expect(status).toBe(0);
  });

  test("of nobody name who there is", async () => {
    const { stderr, status } = await cli(["logs", "nobody"]);
    expect(stderr).toContain(
      "LOGS_OF_NOBODY: There is no worker, service or flow run called nobody.\n  workers: dev-worker\n",
    );
    expect(stderr).toContain(runName);
    expect(status).toBe(1);
  });
});

describe("run", () => {
  test("of a deployment of one's own takes parameters, and its failure is a status of its own", async () => {
    const { stdout, status } = await cli(["run", "canary/prefect-fargate", "--param", "greting=3", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      state: { type: "FAILED", message: expect.stringContaining("greting") },
      explanation: null,
      misplaced: [],
    });
    expect(status).toBe(3);
  });

  test("of a deployment that does not exist says how to write one", async () => {
    const { stderr, status } = await cli(["run", "canary"]);
    expect(stderr).toMatchInlineSnapshot(`
      "DEPLOYMENT_UNKNOWN: Prefect has no deployment canary.
      → Write flow and deployment, as \`prefect deployment ls\` shows them: prefect-fargate run etl/nightly
      "
    `);
    expect(status).toBe(1);
  });
});

describe("exec", () => {
  test("hands AWS's plugin the session that ECS opened, and ends as the shell does", async () => {
    const plugin = await recordingPlugin(join(stage.dir, "..", "bin"));
    const env = plugin.environment(stage.env.PATH!);
    const { stderr, status } = await cli(["exec", "--command", "prefect version"], { env });
    expect(stderr).toMatch(/^In container prefect-worker of task [0-9a-f]{32}\.$/m);
    const { args, session } = await plugin.seen();
    expect(args.slice(0, 3)).toEqual(["AWS_SSM_START_SESSION_RESPONSE", "us-east-1", "StartSession"]);
    expect(JSON.parse(args[4]!).Target).toMatch(/^ecs:prefect-cluster_[0-9a-f]{32}_\S+$/);
    expect(JSON.parse(session)).toMatchObject({ StreamUrl: expect.stringMatching(/^wss:/) });
    expect(status).toBe(7);
  });

  test("without the plugin says where to get it", async () => {
    const { stderr, status } = await cli(["exec"]);
    expect(stderr).toContain("EXEC_PLUGIN_MISSING: session-manager-plugin");
    expect(status).toBe(1);
  });
});

describe("rotate-key", () => {
  const rotate = (key: string) => cli(["rotate-key", "--yes"], { env: { PREFECT_NEW_API_KEY: key } });

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
    const { stderr, status } = await cli(["rotate-key"], { env: { PREFECT_NEW_API_KEY: key } });
    expect(stderr).toContain("NOBODY_TO_ASK");
    expect(status).toBe(1);
    expect(await secretVersion()).toEqual(before);
  });

  test("puts a new key in use while a run goes on to its end, and Terraform has nothing to say", async () => {
    const [old, key] = [stage.cloud.apiKey, newKey()];
    stage.cloud.door.admit(key);
    const flow = await deployHeldFlow(stage.prefect, "ecs-work-pool", join(stage.dir, "..", "held"));
    const run = await flow.run();
    await reaches(stage.prefect, run.id, "RUNNING");
    const stdout = await hour.type({
      heading: "Change the key",
      says: "The new key is tried with Prefect first; if the worker does not come ONLINE with it, the old one is put back. A run is under way.",
      argv: ["rotate-key", "--yes"],
      before: "export PREFECT_NEW_API_KEY=…",
      env: { PREFECT_NEW_API_KEY: key },
    });
    expect(stdout).toContain("dev-worker is ONLINE in ecs-work-pool, with the new key");
    expect(stdout).toContain("1 flow run began with the old key");
    await run.letGo();
    await reaches(stage.prefect, run.id, "COMPLETED");
    expect((await secretVersion()).value).toBe(key);

    stage.cloud.door.revoke(old);
    env = { PREFECT_API_KEY: key };
    const plan = await cli(["plan"], { env });
    expect(plan.status, plan.stdout).toBe(0);
    for (const secret of [old, key]) {
      expect(holdsKey(stdout, secret)).toBe(false);
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

describe("upgrade", () => {
  test("takes it to Prefect 3, where flows run as before", async () => {
    const stdout = await hour.type({
      heading: "Go to Prefect 3",
      says: "What follows from the version is shown first. If the worker does not come ONLINE, Prefect 2 is deployed again.",
      argv: ["upgrade", "--yes"],
      env,
    });
    expect(stdout).toContain("dev-worker is ONLINE in ecs-work-pool, with Prefect 3.");
    expect(await readFile(join(stage.dir, CONFIG), "utf8")).toMatch(/^ {4}version: 3,$/m);
    const ran = await cli(["run"], { env });
    expect(ran.stdout).toMatch(/^\S+ Completed in/m);
    expect(ran.status).toBe(0);
  });
});

describe("destroy", () => {
  test("leaves the account as it was, and the next deploy may use the same names at once", async () => {
    await hour.type({
      heading: "Remove it",
      says: "Without `--yes` it asks for the system's name.",
      argv: ["destroy", "--yes"],
      env,
    });
    expect(added(before, await inventory(stage.aws))).toEqual({});
    expect(await prefect().readWorkPool("ecs-work-pool")).toMatchObject({ paused: true });
    const deployed = await hour.type({
      heading: "Make it again",
      says: "Under the same names, at once: the secret that AWS keeps for a week is taken back, and so is the work pool.",
      argv: ["deploy", "--yes"],
      env,
    });
    expect(deployed).toContain("dev-worker is ONLINE in ecs-work-pool");
    expect(await prefect().readWorkPool("ecs-work-pool")).toMatchObject({ paused: false });
    await hour.type({
      heading: "And remove it for good",
      says: "With the work pool, as a deploy made it.",
      argv: ["destroy", "--yes", "--delete-pool"],
      env,
    });
    expect(added(before, await inventory(stage.aws))).toEqual({});
    expect(await prefect().listWorkPools()).toEqual([]);
  });

  /** With the key that is in use. */
  const prefect = () =>
    createPrefectClient({
      apiUrl: stage.cloud.door.workspaceUrl,
      apiKey: env.PREFECT_API_KEY,
      version: 3,
    });
});

test("docs/first-hour.md is what was typed and printed", async () => {
  await expect(hour.page()).toMatchFileSnapshot(FIRST_HOUR_PAGE);
});
