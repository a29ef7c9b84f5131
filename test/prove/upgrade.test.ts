import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WorkPool } from "#prefect/work-pools.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

const PATIENCE_MS = 20 * 60_000;

/** Prefect Cloud speaks to both versions; here a server of Prefect 3 does, behind the Cloud door. */
let stage: Stage;
let before: WorkPool;

beforeAll(async () => {
  stage = await openStage({ version: 3, existingCluster: true, config: { prefect: { version: 2 } } });
  await configure({});
}, PATIENCE_MS);

afterAll(async () => {
  await stage?.close();
});

/** A worker of Prefect 2 refuses a server of another version, unless it takes it for Prefect Cloud. */
const configure = (environment: Record<string, string>) =>
  stage.configure({
    prefect: { version: 2 },
    workers: { "dev-worker": { environment: { ...stage.cloud.door.env, ...environment } } },
  });

const configured = async () =>
  JSON.parse(await readFile(join(stage.dir, "prefect-fargate.config.json"), "utf8")).prefect.version;
const pool = async () => (await stage.prefect.readWorkPool("ecs-work-pool"))!;
const nothingToDo = async () => (await stage.must(["plan", "--json"])).status;

describe("upgrade", { timeout: PATIENCE_MS }, () => {
  it("shows what changes with the version, and changes nothing unasked", async () => {
    await stage.must(["deploy", "--yes"]);
    before = await pool();
    const asked = await stage.cli(["upgrade"]);
    expect(asked.stderr).toContain("NOBODY_TO_ASK");
    expect(asked.stdout).toContain("From Prefect 2 to Prefect 3:");
    expect(asked.stdout).toContain("dev-worker: prefecthq/prefect:2-latest → prefecthq/prefect:3-latest");
    expect(asked.stdout).toContain("SQS queue");
    expect(await configured()).toBe(2);
  });

  it("goes to Prefect 3, and the config says so", async () => {
    const run = await stage.must(["upgrade", "--yes"]);
    expect(run.stdout).toContain("dev-worker is ONLINE in ecs-work-pool, with Prefect 3.");
    expect(await configured()).toBe(3);
    expect(await nothingToDo()).toBe(0);
  });

  it("goes back on demand, to the job template that the pool had", async () => {
    await stage.must(["upgrade", "--back", "--yes"]);
    expect(await configured()).toBe(2);
    expect((await pool()).baseJobTemplate).toEqual(before.baseJobTemplate);
    expect(await nothingToDo()).toBe(0);
  });

  it("goes back by itself when Prefect 3 does not come up", async () => {
    // Prefect 3 has this setting, and refuses to start with such a value; Prefect 2 does not know it.
    await configure({ PREFECT_EXPERIMENTS_WARN: "neither" });
    await stage.must(["deploy", "--yes"]);
    before = await pool();
    const run = await stage.cli(["upgrade", "--yes"]);
    expect(run.stderr).toContain("UPGRADE_UNDONE");
    expect(await configured()).toBe(2);
    expect((await pool()).baseJobTemplate).toEqual(before.baseJobTemplate);
    expect(await nothingToDo()).toBe(0);
  });
});
