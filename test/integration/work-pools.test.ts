import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { proposePools } from "#actions/plan/pool-proposal.ts";
import { descriptionOfNew } from "#actions/pool-marks.ts";
import { preparePools, wirePools } from "#actions/work-pools.ts";
import { createPrefectClient, type PrefectClient } from "#prefect/client.ts";
import { stockTemplate } from "#prefect/job-template.ts";
import type { WantedPool } from "#prefect/pool-settings.ts";
import { type PrefectServer, startPrefectServer } from "#rehearsal/prefect-server.ts";
import { serverEnvironment } from "../helpers/prefect-environments.ts";
import { desiredTemplate, SECRET_ARN, variable } from "../helpers/prefect-template.ts";
import { RecordingReporter } from "../helpers/recording-reporter.ts";

/** What plan, deploy and wire do to the pools of a real server, without the AWS around them. */
describe.each([2, 3] as const)("the work pools of a Prefect %i server", (version) => {
  let home: string;
  let server: PrefectServer;
  let prefect: PrefectClient;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "prefect-fargate-pools-"));
    const python = await serverEnvironment(version);
    server = await startPrefectServer({ python, version, dir: home, reporter: new RecordingReporter() });
    prefect = createPrefectClient({ apiUrl: server.url, version });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  const desired = desiredTemplate(version);
  const workersOf = (pool: string) => ({ w: { workPool: pool, type: "ecs" as const } });
  const plan = async (pool: string, settings?: WantedPool) => {
    const [proposal] = await proposePools(
      workersOf(pool),
      { w: desired },
      prefect,
      settings && { [pool]: settings },
    );
    return proposal!;
  };
  /** As deploy and wire do it: the pool before the apply, its wiring after. */
  const deploy = async (pool: string, settings?: WantedPool) => {
    const reporter = new RecordingReporter();
    await preparePools(workersOf(pool), prefect);
    const applied = {
      w: { work_pool: pool, worker_type: "ecs" as const, base_job_template: JSON.stringify(desired) },
    };
    const [wired] = await wirePools(applied, prefect, reporter, settings && { [pool]: settings });
    return { reporter, changes: wired!.changes };
  };
  const queuesOf = async (pool: string) =>
    Object.fromEntries(
      (await prefect.listWorkQueues(pool)).map(({ name, priority, concurrencyLimit }) => [
        name,
        [priority, concurrencyLimit],
      ]),
    );

  test("a new one is made paused, wired, and then unpaused", async () => {
    expect(await plan("new")).toMatchObject({ action: "create" });
    await preparePools(workersOf("new"), prefect);
    expect(await prefect.readWorkPool("new")).toMatchObject({ paused: true, description: descriptionOfNew });
    // As after a deploy that was cut short here.
    expect(await plan("new")).toMatchObject({ action: "wire" });
    await deploy("new");
    const pool = await prefect.readWorkPool("new");
    expect(pool).toMatchObject({ paused: false, description: "Made by prefect-fargate." });
    expect(JSON.stringify(pool!.baseJobTemplate)).toContain(SECRET_ARN);
    expect(await plan("new")).toMatchObject({ action: "keep", changes: [] });
    expect((await deploy("new")).changes).toEqual([]);
  });

  test("one that exists is never paused, and keeps what people changed in it", async () => {
    const baseJobTemplate = stockTemplate(version);
    variable(baseJobTemplate, "cpu").default = 2048;
    variable(baseJobTemplate, "labels").default = { team: "data" };
    await prefect.createWorkPool({
      name: "theirs",
      type: "ecs",
      baseJobTemplate,
      description: "Ours since 2021",
    });
    const { changes } = await plan("theirs");
    expect(changes.map(({ path }) => path)).toContain("variables.properties.cluster.default");
    const { reporter } = await deploy("theirs");
    expect(reporter.lines.join("\n")).toContain("cpu is 2048 in the pool; 512 was not put there");
    const pool = await prefect.readWorkPool("theirs");
    expect(pool).toMatchObject({ paused: false, description: "Ours since 2021" });
    expect(variable(pool!.baseJobTemplate, "cpu").default).toBe(2048);
    expect(variable(pool!.baseJobTemplate, "labels").default).toEqual({ team: "data" });
    expect(await plan("theirs")).toMatchObject({ action: "keep" });
  });

  test("one that somebody edits after it was wired is shown, and only the wiring is put back", async () => {
    await deploy("edited");
    const { baseJobTemplate } = (await prefect.readWorkPool("edited"))!;
    variable(baseJobTemplate, "cluster").default = "default";
    variable(baseJobTemplate, "image").default = "example.com/by-hand:1";
    await prefect.updateWorkPool("edited", { baseJobTemplate });
    const { changes } = await plan("edited");
    expect(changes).toEqual([
      {
        path: "variables.properties.cluster.default",
        before: "default",
        after: expect.stringContaining(":cluster/prefect-cluster"),
      },
    ]);
    expect((await deploy("edited")).changes).toEqual(changes);
    const after = (await prefect.readWorkPool("edited"))!.baseJobTemplate;
    expect(variable(after, "image").default).toBe("example.com/by-hand:1");
  });

  test("one that somebody paused is wired and stays paused, which is said", async () => {
    const baseJobTemplate = stockTemplate(version);
    await prefect.createWorkPool({ name: "resting", type: "ecs", baseJobTemplate, paused: true });
    const { reporter } = await deploy("resting");
    expect((await prefect.readWorkPool("resting"))!.paused).toBe(true);
    expect(reporter.lines.join("\n")).toContain("prefect work-pool resume resting");
    expect(await plan("resting")).toMatchObject({ action: "keep" });
  });

  test("one of another type is refused before anything is changed", async () => {
    const baseJobTemplate = {
      job_configuration: { command: "{{ command }}" },
      variables: { properties: { command: { type: "string" } } },
    };
    await prefect.createWorkPool({ name: "processes", type: "process", baseJobTemplate });
    await expect(plan("processes")).rejects.toMatchObject({ code: "POOL_TYPE_DIFFERS" });
    await expect(preparePools(workersOf("processes"), prefect)).rejects.toMatchObject({
      code: "POOL_TYPE_DIFFERS",
      hint: expect.stringContaining("prefect work-pool delete processes"),
    });
    expect((await prefect.readWorkPool("processes"))!.baseJobTemplate).toMatchObject(baseJobTemplate);
  });

  test("one that was deleted between apply and wiring is not made anew, unwired", async () => {
    const applied = {
      w: { work_pool: "gone", worker_type: "ecs" as const, base_job_template: JSON.stringify(desired) },
    };
    await expect(wirePools(applied, prefect, new RecordingReporter())).rejects.toMatchObject({
      code: "POOL_MISSING",
    });
  });

  test("of several workers the first one's template is the pool's, and the others do not undo it", async () => {
    const template = (cluster: string) => {
      const own = structuredClone(desired);
      variable(own, "task_role_arn").default = `arn:aws:iam::123456789012:role/${cluster}`;
      return own;
    };
    const workers = { b: workersOf("shared").w, a: workersOf("shared").w };
    const applied = {
      b: {
        work_pool: "shared",
        worker_type: "ecs" as const,
        base_job_template: JSON.stringify(template("b")),
      },
      a: {
        work_pool: "shared",
        worker_type: "ecs" as const,
        base_job_template: JSON.stringify(template("a")),
      },
    };
    await preparePools(workers, prefect);
    await wirePools(applied, prefect, new RecordingReporter());
    const pool = (await prefect.readWorkPool("shared"))!;
    expect(variable(pool.baseJobTemplate, "task_role_arn").default).toMatch(/\/a$/);
    const proposals = await proposePools(workers, { a: template("a"), b: template("b") }, prefect);
    expect(proposals).toMatchObject([{ name: "shared", action: "keep" }]);
  });

  describe("limits and queues", () => {
    const wanted: WantedPool = {
      concurrencyLimit: 20,
      queues: { urgent: { priority: 1, concurrencyLimit: 5 }, night: { priority: 3 }, plain: {} },
    };

    test("come with a new pool, as plan said, and deploying again does nothing", async () => {
      expect((await plan("queues", wanted)).changes).toEqual(
        expect.arrayContaining([
          { path: "concurrencyLimit", before: undefined, after: 20 },
          { path: "queues.urgent", before: undefined, after: { priority: 1, concurrencyLimit: 5 } },
          { path: "queues.default.priority", before: 1, after: 2 },
        ]),
      );
      await deploy("queues", wanted);
      expect((await prefect.readWorkPool("queues"))!.concurrencyLimit).toBe(20);
      expect(await queuesOf("queues")).toEqual({
        urgent: [1, 5],
        default: [2, undefined],
        night: [3, undefined],
        plain: [4, undefined],
      });
      expect(await plan("queues", wanted)).toMatchObject({ action: "keep", changes: [] });
      expect((await deploy("queues", wanted)).changes).toEqual([]);
    });

    test("that somebody changed by hand are shown before they are put back; what the config does not say stays", async () => {
      await prefect.updateWorkQueue("queues", "urgent", { priority: 4, concurrencyLimit: 9 });
      await prefect.updateWorkQueue("queues", "plain", { concurrencyLimit: 2 });
      await prefect.createWorkQueue("queues", "by-hand", { concurrencyLimit: 1 });
      await prefect.updateWorkPool("queues", { concurrencyLimit: 3 });
      const { action, changes } = await plan("queues", wanted);
      expect(action).toBe("wire");
      expect(changes).toEqual(
        expect.arrayContaining([
          { path: "concurrencyLimit", before: 3, after: 20 },
          { path: "queues.urgent.concurrencyLimit", before: 9, after: 5 },
        ]),
      );
      const before = await queuesOf("queues");
      expect((await deploy("queues", wanted)).changes).toEqual(changes);
      const after = await queuesOf("queues");
      expect(after).toMatchObject({ urgent: [1, 5], plain: [expect.any(Number), 2] });
      expect(after["by-hand"]![1]).toBe(1);
      // What was predicted is what the server did, for each queue.
      for (const [name, [priority]] of Object.entries(after)) {
        const told = changes.find(({ path }) => path === `queues.${name}.priority`);
        expect([name, told ? told.after : before[name]![0]]).toEqual([name, priority]);
      }
      expect(await plan("queues", wanted)).toMatchObject({ action: "keep" });
    });

    test("are taken away by null", async () => {
      const none = { concurrencyLimit: null, queues: { urgent: { concurrencyLimit: null } } };
      await deploy("queues", none);
      expect((await prefect.readWorkPool("queues"))!.concurrencyLimit).toBeUndefined();
      expect((await queuesOf("queues")).urgent).toEqual([1, undefined]);
    });
  });
});
