import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deployHeldFlow, type HeldFlow } from "../helpers/held-flow.ts";
import { scaledService } from "../helpers/scaled-service.ts";
import { openStage, type Stage } from "../helpers/stage.ts";
import { targetTracking, trackedCpu } from "../helpers/target-tracking.ts";

const POOL = "process-work-pool";
const WORKER = "dev-worker";
const SOON = { timeout: 150_000, interval: 200 };
const MINUTE = 60_000;
const worker = { type: "process", image: "registry.example.com/prefect-fargate-worker:3", slots: 2 } as const;

let stage: Stage;
let flow: HeldFlow;
let service: ReturnType<typeof scaledService>;

beforeAll(async () => {
  stage = await openStage({
    version: 3,
    // A scaler that was still looking when the mode changed may then change nothing any more, as on AWS.
    authorize: true,
    config: { workers: { [WORKER]: worker } },
    existingCluster: true,
  });
  service = scaledService(stage, WORKER);
  await stage.must(["deploy", "--yes"]);
  flow = await deployHeldFlow(stage.prefect, POOL, join(stage.dir, "flows"));
}, 10 * MINUTE);
afterAll(() => stage?.close());

it(
  "a fixed number of workers goes over to the queue in place: it sleeps, and wakes for a run that nobody announced",
  async () => {
    const { createdAt } = await service.described();
    await stage.configure({ workers: { [WORKER]: { ...worker, scaling: { mode: "queue" } } } });
    await stage.must(["deploy", "--yes"]);
    expect((await stage.must(["plan"])).stdout).toContain("Nothing to do");
    await service.comesTo({ desired: 0, running: 0 });
    expect((await service.described()).createdAt).toEqual(createdAt);
    const [seconds, held] = await Promise.all([service.secondsUntilMore(0), flow.run()]);
    // The goal is 12 s; `scaling-process` holds it.
    expect(seconds).toBeLessThan(40);
    await expect.poll(() => held.has("started"), SOON).toBe(true);
    await held.letGo();
    await expect.poll(() => held.state(), SOON).toBe("Completed");
    const decided = async () =>
      JSON.parse((await stage.must(["status", "--json"])).stdout).workers[0].scaling;
    await expect.poll(decided, SOON).toMatchObject({
      mode: "queue",
      minTasks: 0,
      maxTasks: 10,
      decision: { held: false, reason: expect.stringMatching(/because/) },
    });
  },
  10 * MINUTE,
);

it(
  "asleep it goes over to its CPU in place, with policy and alarms as AWS would have them",
  async () => {
    // It has no CPU use that an alarm could fire for.
    await service.comesTo({ desired: 0, running: 0 });
    const { createdAt } = await service.described();
    const scaling = { mode: "cpu", maxTasks: 3, targetPercent: 60 } as const;
    await stage.configure({ workers: { [WORKER]: { ...worker, scaling } } });
    expect((await stage.must(["deploy", "--yes"])).stdout).toContain("ONLINE");
    expect(await service.described()).toMatchObject({ createdAt, desiredCount: 1 });
    expect(await targetTracking(stage.aws, `service/shared-cluster/${WORKER}`)).toEqual(
      trackedCpu({ least: 1, most: 3, percent: 60 }),
    );
    expect((await stage.must(["status"])).stdout).toMatch(
      /^dev-worker +cpu +1\.\.3 +\d +- +keeps CPU use at 60 %; 60 s between steps up, 300 s down$/m,
    );
    expect((await stage.must(["plan"])).stdout).toContain("Nothing to do");
  },
  10 * MINUTE,
);
