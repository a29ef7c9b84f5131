import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deployFlowFile } from "#rehearsal/canary.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

const WORKER = "dev-worker";
const CLUSTER = "shared-cluster";
const MINUTE = 60_000;

let stage: Stage;
let deploymentId: string;

beforeAll(async () => {
  const scaling = { mode: "queue" } as const;
  stage = await openStage({
    version: 3,
    existingCluster: true,
    config: { workers: { [WORKER]: { scaling } } },
  });
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

async function tasks(): Promise<[desired: number, running: number]> {
  const { services } = await stage.aws.ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: [WORKER] }),
  );
  return [services![0]!.desiredCount!, services![0]!.runningCount!];
}

/** What the function wrote since then: one decision a line. */
async function decisions(
  since: Date,
): Promise<{ at: string; desired: number; held: boolean; reason: string }[]> {
  const { events = [] } = await stage.aws.logs.send(
    new FilterLogEventsCommand({ logGroupName: `/prefect/scaler/prefect-scaler-${CLUSTER}` }),
  );
  return events
    .flatMap(({ message = "" }) => message.split("\n"))
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(({ at }) => new Date(at) >= since);
}

/** A run that is due some seconds from now. */
async function schedule(inSeconds: number): Promise<{ id: string; due: number }> {
  const due = Date.now() + inSeconds * 1000;
  const answer = await fetch(`${stage.server.url}/deployments/${deploymentId}/create_flow_run`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      state: { type: "SCHEDULED", state_details: { scheduled_time: new Date(due).toISOString() } },
    }),
  });
  expect(answer.ok).toBe(true);
  return { id: ((await answer.json()) as { id: string }).id, due };
}

/** When its task was asked for: on a busy machine it starts when it can. */
async function submittedAt(id: string): Promise<number> {
  const answer = await fetch(`${stage.server.url}/flow_run_states/?flow_run_id=${id}`);
  const states = (await answer.json()) as { type: string; timestamp: string }[];
  return Date.parse(states.find(({ type }) => type === "PENDING")!.timestamp);
}

it(
  "sleeps two minutes after the last work, and a deploy then says so instead of waiting",
  async () => {
    await expect.poll(tasks, { timeout: 8 * MINUTE, interval: 1000 }).toEqual([0, 0]);
    const { stdout, status } = await stage.cli(["deploy", "--yes"]);
    expect(stdout).toContain("dev-worker is ASLEEP");
    expect(stdout).toContain("no task is wanted now");
    expect(status).toBe(0);
  },
  12 * MINUTE,
);

it(
  "wakes for a run that is due, and submits it before its time",
  async () => {
    const { id, due } = await schedule(180);
    await expect.poll(async () => (await tasks())[1], { timeout: 3 * MINUTE, interval: 500 }).toBe(1);
    expect(Date.now()).toBeLessThan(due);
    await expect
      .poll(async () => (await stage.prefect.readFlowRun(id))?.state.type, { timeout: 4 * MINUTE })
      .toBe("COMPLETED");
    expect(await submittedAt(id)).toBeLessThan(due);
  },
  8 * MINUTE,
);

it(
  "changes nothing while Prefect does not answer",
  async () => {
    const [desired] = await tasks();
    expect(desired).toBe(1);
    const since = new Date();
    process.kill(stage.server.pid, "SIGSTOP");
    try {
      const end = Date.now() + MINUTE;
      while (Date.now() < end) {
        expect((await tasks())[0]).toBe(desired);
        await sleep(1000);
      }
    } finally {
      process.kill(stage.server.pid, "SIGCONT");
    }
    await expect
      .poll(async () => (await decisions(since)).filter(({ held }) => held), { timeout: 2 * MINUTE })
      .not.toEqual([]);
    for (const { reason } of (await decisions(since)).filter(({ held }) => held))
      expect(reason).toMatch(/^Stays at 1, because Prefect did not answer/);
  },
  5 * MINUTE,
);
