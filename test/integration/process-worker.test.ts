import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deployHeldFlow, type HeldFlow, type HeldRun } from "../helpers/held-flow.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

const POOL = "process-work-pool";
const SOON = { timeout: 150_000, interval: 200 };
const worker = { type: "process", image: "registry.example.com/prefect-fargate-worker:3", slots: 2 } as const;

describe("a system whose flow runs are inside its worker", () => {
  let stage: Stage;
  let flow: HeldFlow;

  beforeAll(async () => {
    stage = await openStage({
      version: 3,
      config: { workers: { "dev-worker": worker } },
      existingCluster: true,
    });
    await stage.must(["deploy", "--yes"]);
    flow = await deployHeldFlow(stage.prefect, POOL, join(stage.dir, "flows"));
  });
  afterEach(() => flow?.letGoOfAll());
  afterAll(() => stage?.close());

  const json = async (...argv: string[]) => JSON.parse((await stage.must([...argv, "--json"])).stdout);
  const started = (run: HeldRun) => expect.poll(() => run.has("started"), SOON).toBe(true);
  const endsAs = (run: HeldRun, state: string) => expect.poll(() => run.state(), SOON).toBe(state);

  it("is ONLINE under its task's name in a pool of type process, and healthy", async () => {
    const status = await json("status");
    const [task] = status.workers[0].service.tasks;
    expect(status.workers[0].heartbeats).toMatchObject([{ name: `dev-worker-${task.id}`, status: "ONLINE" }]);
    expect(status).toMatchObject({ healthy: true, problems: [], pools: [{ name: POOL, type: "process" }] });
    expect((await stage.must(["deploy", "--yes"])).stdout).toMatch(/^Nothing to do: /);
  });

  it("proves of the canary that it ran inside one of the service's tasks", async () => {
    const [{ service }] = (await json("status")).workers;
    const ran = await json("run");
    expect(ran).toMatchObject({ state: { type: "COMPLETED" }, misplaced: [] });
    expect(ran.task.taskArn.split("/").at(-1)).toBe(service.tasks[0].id);
  });

  it("is deployed anew in the middle of a run, which goes on to its end on the old revision", async () => {
    const held = await flow.run();
    await started(held);
    const [before] = (await json("status")).workers;
    await stage.configure({ workers: { "dev-worker": { ...worker, environment: { STAGE: "next" } } } });
    const deployed = await json("deploy", "--yes");
    expect(deployed.workers[0].draining).toEqual([expect.stringContaining(before.service.tasks[0].id)]);
    const during = await json("status");
    expect(during).toMatchObject({ healthy: true, problems: [] });
    const old = during.workers[0].service.tasks.find(
      ({ id }: { id: string }) => id === before.service.tasks[0].id,
    );
    expect(old).toMatchObject({ status: "RUNNING", draining: true });
    await held.letGo();
    await endsAs(held, "Completed");
    await expect
      .poll(async () => (await json("status")).workers[0].service.rollout.state, SOON)
      .toBe("COMPLETED");
  });
});
