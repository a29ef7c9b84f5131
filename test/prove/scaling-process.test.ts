import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deployHeldFlow, type HeldFlow, type HeldRun } from "../helpers/held-flow.ts";
import { scaledService } from "../helpers/scaled-service.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

const WORKER = "dev-worker";
const SOON = { timeout: 150_000, interval: 200 };
const MINUTE = 60_000;
const worker = {
  type: "process",
  image: "registry.example.com/prefect-fargate-worker:3",
  slots: 2,
  scaling: { mode: "queue", maxTasks: 4 },
  // As Prefect has it; other tests look more often.
  environment: { PREFECT_WORKER_QUERY_SECONDS: "10" },
} as const;

let stage: Stage;
let flow: HeldFlow;
let service: ReturnType<typeof scaledService>;

beforeAll(async () => {
  // With IAM deciding: the rights of worker and scaler are those of their modules.
  stage = await openStage({
    version: 3,
    authorize: true,
    existingCluster: true,
    config: { workers: { [WORKER]: worker } },
  });
  service = scaledService(stage, WORKER);
  expect((await stage.must(["deploy", "--yes"])).stdout).toMatch(/dev-worker-\w+ is ONLINE|is ASLEEP/);
  flow = await deployHeldFlow(stage.prefect, "process-work-pool", join(stage.dir, "flows"));
}, 10 * MINUTE);
afterAll(() => stage?.close());

const json = async (...argv: string[]) => JSON.parse((await stage.must([...argv, "--json"])).stdout);
const begun = (run: HeldRun) => expect.poll(() => run.has("started"), SOON).toBe(true);
const endsWell = (run: HeldRun) => expect.poll(() => run.state(), SOON).toBe("Completed");
const online = async () =>
  (await stage.prefect.listWorkers("process-work-pool")).filter(({ status }) => status === "ONLINE").length;
const taskOf = async ({ id }: HeldRun) =>
  (await stage.prefect.readFlowRun(id))?.workerName?.split("-").at(-1);
/** One after the other: SQLite knows but one writer. */
async function runs(count: number, options?: { readonly dueInSeconds: number }): Promise<HeldRun[]> {
  const all: HeldRun[] = [];
  while (all.length < count) all.push(await flow.run(options));
  return all;
}

let long: HeldRun;

it(
  "sleeps when nothing is to be done, is healthy so, and a second plan is empty",
  async () => {
    await service.comesTo({ desired: 0, running: 0 });
    expect(await json("status")).toMatchObject({ healthy: true });
    expect((await stage.must(["plan"])).stdout).toContain("Nothing to do");
  },
  8 * MINUTE,
);

it(
  "has workers waiting for runs that were announced 90 s before, from zero",
  async () => {
    const announced = await runs(3, { dueInSeconds: 90 });
    [long] = announced as [HeldRun];
    const due = Math.max(...announced.map(({ expectedStart }) => expectedStart!.getTime()));
    await expect.poll(online, { timeout: 120_000, interval: 200 }).toBe(2);
    expect(Date.now()).toBeLessThan(due);
    await Promise.all(announced.map(begun));
    for (const { id, expectedStart } of announced)
      expect(await service.takenAt(id)).toBeLessThan(expectedStart!.getTime());
    await Promise.all(announced.slice(1).map((run) => run.letGo()));
    await Promise.all(announced.slice(1).map(endsWell));
  },
  8 * MINUTE,
);

it(
  "wants more workers within 12 s of a burst that nobody announced, and they do it",
  async () => {
    const { desired } = await service.counts();
    const [seconds, burst] = await Promise.all([service.secondsUntilMore(desired), runs(7)]);
    expect(seconds).toBeLessThan(12);
    await Promise.all(burst.map(begun));
    expect(await service.counts()).toMatchObject({ desired: 4 });
    await Promise.all(burst.map((run) => run.letGo()));
    await Promise.all(burst.map(endsWell));
  },
  8 * MINUTE,
);

it(
  "shrinks around a long run, whose worker is the one that stays",
  async () => {
    await service.comesTo({ desired: 1, running: 1 });
    expect(await service.tasks()).toEqual([await taskOf(long)]);
    expect(await long.state()).toBe("Running");
  },
  8 * MINUTE,
);

it(
  "is deployed anew in the middle of it, and nothing is killed",
  async () => {
    await stage.configure({
      workers: { [WORKER]: { ...worker, environment: { ...worker.environment, STAGE: "next" } } },
    });
    const host = await taskOf(long);
    const deployed = await json("deploy", "--yes");
    expect(deployed.workers[0].draining).toEqual([expect.stringContaining(host!)]);
    expect(await service.tasks()).toContain(host);
    expect(await long.state()).toBe("Running");
  },
  8 * MINUTE,
);

it(
  "changes nothing while Prefect is silent for a minute",
  async () => {
    const [other] = (await runs(1)) as [HeldRun];
    await begun(other);
    const hosts = await Promise.all([long, other].map(taskOf));
    expect(new Set(hosts).size).toBe(2);
    await service.comesTo({ desired: 1, running: 2 });
    for (const { reason } of await service.throughSilence(60))
      expect(reason).toMatch(/^Stays at 1, because Prefect did not answer/);
    expect((await service.tasks()).sort()).toEqual([...hosts].sort());
    await Promise.all([long.letGo(), other.letGo()]);
    await Promise.all([long, other].map(endsWell));
  },
  8 * MINUTE,
);

it(
  "sleeps again, and no run was lost on the way",
  async () => {
    await service.comesTo({ desired: 0, running: 0 });
    const lost = await stage.prefect.countFlowRuns({
      workPool: "process-work-pool",
      stateTypes: ["CRASHED", "FAILED", "RUNNING", "PENDING", "CANCELLED"],
    });
    expect(lost).toBe(0);
    expect((await stage.must(["logs", "--since", "1h"])).stdout).not.toContain("may not look at its service");
  },
  8 * MINUTE,
);
