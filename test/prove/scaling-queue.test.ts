import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deployFlowFile } from "#rehearsal/canary.ts";
import { scaledService } from "../helpers/scaled-service.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

const WORKER = "dev-worker";
const MINUTE = 60_000;
/** On AWS a goal for the 95th percentile; here the whole of a run's task starts within the minute that it is given. */
const LATE_AT_MOST_MS = 3_500;

let stage: Stage;
let service: ReturnType<typeof scaledService>;
let deploymentId: string;

beforeAll(async () => {
  const scaling = { mode: "queue" } as const;
  stage = await openStage({
    version: 3,
    existingCluster: true,
    config: { workers: { [WORKER]: { scaling } } },
  });
  service = scaledService(stage, WORKER);
  const { stdout } = await stage.must(["deploy", "--yes"]);
  // A new worker starts awake, so that its first deploy shows it.
  expect(stdout).toMatch(/dev-worker is (ONLINE|ASLEEP)/);
  deploymentId = await deployFlow();
}, 10 * MINUTE);
afterAll(() => stage?.close());

/** The id of a deployment whose runs end at once. */
async function deployFlow(): Promise<string> {
  const flows = join(stage.dir, "flows");
  await mkdir(flows, { recursive: true });
  const file = join(flows, "quick.py");
  await writeFile(file, ["from prefect import flow", "", "@flow", "def quick():", "    pass", ""].join("\n"));
  return (
    await deployFlowFile(
      stage.prefect,
      { work_pool: "ecs-work-pool", worker_type: "ecs" },
      { file, name: "quick" },
    )
  ).id;
}

/** A run that is due some seconds from now. */
async function schedule(inSeconds: number): Promise<{ id: string; due: number }> {
  const due = Date.now() + inSeconds * 1000;
  const { id } = await stage.prefect.createFlowRun(deploymentId, { scheduledTime: new Date(due) });
  return { id, due };
}

/** A start that takes longer than the worker submits ahead is not hidden, and shows how busy this machine is. */
const HIDEABLE_MS = 55_000;

/** Waits for its end: it must have begun on time, whatever its task's start took. */
async function startsOnTime({ id, due }: { id: string; due: number }): Promise<number> {
  await expect
    .poll(async () => (await stage.prefect.readFlowRun(id))?.state.type, { timeout: 5 * MINUTE })
    .toBe("COMPLETED");
  const start = (await stage.prefect.readFlowRun(id))!.start!.getTime();
  const taken = await service.takenAt(id);
  if (start - taken < HIDEABLE_MS) expect(start - due).toBeLessThan(LATE_AT_MOST_MS);
  return due - taken;
}

it(
  "sleeps two minutes after the last work; deploy and status then say so, and a second plan is empty",
  async () => {
    await service.comesTo({ desired: 0, running: 0 }, 8 * MINUTE);
    expect((await stage.must(["plan"])).stdout).toContain("Nothing to do");
    const { stdout, status } = await stage.cli(["deploy", "--yes"]);
    expect(stdout).toContain("dev-worker is ASLEEP");
    expect(stdout).toContain("no task is wanted now");
    expect(status).toBe(0);
  },
  12 * MINUTE,
);

it(
  "wakes for a run that is due, submits it before its time, and so hides its start",
  async () => {
    const run = await schedule(180);
    await service.comesTo({ running: 1 });
    expect(Date.now()).toBeLessThan(run.due);
    expect(await startsOnTime(run)).toBeGreaterThan(0);
  },
  8 * MINUTE,
);

it(
  "hides the start of a run while it is awake, too",
  async () => {
    const run = await schedule(75);
    expect(await startsOnTime(run)).toBeGreaterThan(45_000);
  },
  8 * MINUTE,
);

it(
  "changes nothing while Prefect does not answer for a minute",
  async () => {
    expect(await service.counts()).toEqual({ desired: 1, running: 1 });
    for (const { reason } of await service.throughSilence(60))
      expect(reason).toMatch(/^Stays at 1, because Prefect did not answer/);
  },
  5 * MINUTE,
);
