import { describe, expect, test } from "vitest";
import { decide } from "../decide.ts";
import { scalingSettings } from "../settings.ts";
import { type EcsAnswers, observe, observeNothing } from "./observe.ts";
import type { FlowRunAnswer, PrefectAnswers } from "./prefect-answers.ts";
import recording2 from "./recordings/prefect-2.json" with { type: "json" };
import recording3 from "./recordings/prefect-3.json" with { type: "json" };
import type { TaskAnswer } from "./service-tasks.ts";
import { learnDurations } from "./usual-durations.ts";

const settings = scalingSettings({ workerType: "process", maxWorkers: 10 });
const DEFINITION = "arn:aws:ecs:us-east-1:000000000000:task-definition/dev-worker:7";

/** The worker of the recordings is named after this task; the host of Prefect 2's was called `vm`. */
const TASK_ID = "0123456789abcdef0123456789abcdef";

function task(id: string, traits: Partial<TaskAnswer> = {}): TaskAnswer {
  return {
    taskArn: `arn:aws:ecs:us-east-1:000000000000:task/prefect-cluster/${id}`,
    taskDefinitionArn: DEFINITION,
    lastStatus: "RUNNING",
    desiredStatus: "RUNNING",
    createdAt: new Date("2026-11-23T20:00:00Z"),
    ...traits,
  };
}

const atAddress = (address: string): Partial<TaskAnswer> => ({
  attachments: [
    { type: "ElasticNetworkInterface", details: [{ name: "privateIPv4Address", value: address }] },
  ],
});

function ecs(askedAt: number, ...tasks: TaskAnswer[]): EcsAnswers {
  return { desiredCount: tasks.length, taskDefinitionArn: DEFINITION, tasks, draining: new Set(), askedAt };
}

function answers(recording: typeof recording3 | typeof recording2): PrefectAnswers {
  const { now, running, waiting, pool, queues, arrived, announced, ended } = recording;
  return {
    running,
    waiting,
    complete: true,
    askedAt: now,
    slow: { pool, queues, arrived, announced, ended, askedAt: now },
  };
}

const prefect3 = answers(recording3);
const { now } = recording3;
const durations = learnDurations({}, prefect3.slow.ended);
const sighting = { now, prefect: prefect3, durations, ecs: ecs(now, task(TASK_ID)), settings };

describe("what Prefect 3 answered", () => {
  const seen = observe(sighting);

  test("four runs are on the worker whose name they carry", () => {
    expect(seen.runs.running.map((run) => run.workerId)).toEqual(Array(4).fill(TASK_ID));
    expect(seen.workers).toEqual([
      {
        id: TASK_ID,
        launchedAt: Date.parse("2026-11-23T20:00:00Z") / 1000,
        ready: true,
        slots: 4,
        busySlots: 4,
        draining: false,
        outdated: false,
      },
    ]);
    for (const { startedAt } of seen.runs.running) expect(now - startedAt!).toBeLessThan(30);
  });

  test("three runs wait, and two are to come", () => {
    expect(seen.runs.queued).toHaveLength(3);
    expect(seen.runs.scheduled.map((run) => Math.round(run.dueAt - now))).toEqual([38, 43]);
  });

  test("a run is expected to take as long as its deployment's others", () => {
    const [byHand, announced] = seen.runs.scheduled;
    expect(byHand!.expectedDurationSeconds).toBeCloseTo(2.2, 1);
    expect(announced!.expectedDurationSeconds).toBeCloseTo(1.3, 1);
  });

  test("what no schedule announced counts as ad-hoc", () => {
    expect(seen.adHoc).toMatchObject({ runs: 9, windowSeconds: 900 });
  });

  test("limits and pauses are those of pool and queues", () => {
    expect(seen.limits).toEqual({
      paused: false,
      concurrency: 6,
      queues: { narrow: { paused: false, concurrency: 2 }, paused: { paused: true, concurrency: null } },
    });
  });

  test("the decision takes it, and keeps to the pool's concurrency limit", () => {
    const decision = decide(seen, settings);
    expect(decision.desired).toBe(2);
    expect(decision.reason).toBe(
      "Grows from 1 to 2, because 6 slots will be needed now (4 running, 2 queued, 0 due within 70 s) and a worker has 4.",
    );
  });
});

describe("what Prefect 2 answered", () => {
  test("is the same, with runs found by their host", () => {
    const prefect = answers(recording2);
    const asRecorded = observe({
      ...sighting,
      now: recording2.now,
      prefect,
      ecs: ecs(recording2.now, task(TASK_ID)),
    });
    expect(asRecorded.runs.running).toEqual([]);
    const named = (run: FlowRunAnswer): FlowRunAnswer => ({
      ...run,
      infrastructure_pid: run.infrastructure_pid!.replace("vm:", "ip-10-0-1-7.ec2.internal:"),
    });
    const onFargate = { ...prefect, running: prefect.running.map(named) };
    const tasks = ecs(
      recording2.now,
      task("one", atAddress("10.0.1.70")),
      task("other", atAddress("10.0.1.7")),
    );
    const seen = observe({ ...sighting, now: recording2.now, prefect: onFargate, ecs: tasks });
    expect(seen.workers.map((worker) => [worker.id, worker.busySlots])).toEqual([
      ["one", 0],
      ["other", 4],
    ]);
    expect(seen.runs.queued).toHaveLength(3);
    expect(seen.runs.scheduled).toHaveLength(2);
    expect(seen.adHoc.runs).toBe(9);
  });
});

describe("runs and where they are", () => {
  const taken = (run: Partial<FlowRunAnswer>): FlowRunAnswer => ({
    id: "r",
    state_type: "PENDING",
    state: { timestamp: new Date((now - 5) * 1000).toISOString() },
    ...run,
  });
  const seeing = (running: FlowRunAnswer[], waiting: FlowRunAnswer[] = []) =>
    observe({ ...sighting, prefect: { ...prefect3, running, waiting } });

  test("one that was just taken may be on any worker that seems empty", () => {
    const seen = seeing([taken({})]);
    expect(seen.runs.running).toMatchObject([{ workerId: null, startedAt: null }]);
    expect(seen.workers[0]!.busySlots).toBeNull();
  });

  test("one whose worker is gone is lost, and keeps nobody awake", () => {
    const lost = taken({ state_type: "RUNNING", labels: { "prefect.worker.name": "dev-worker-ffff" } });
    expect(seeing([lost]).runs.running).toEqual([]);
    expect(seeing([lost]).workers[0]!.busySlots).toBe(0);
  });

  test("a lost one still fills the concurrency limit, as Prefect counts it", () => {
    const lost = taken({
      state_type: "RUNNING",
      infrastructure_pid: "ip-10-9-9-9:1",
      work_queue_name: "narrow",
    });
    expect(seeing([lost]).limits).toMatchObject({ concurrency: 5, queues: { narrow: { concurrency: 1 } } });
  });

  test("one that has been pending for minutes without a worker is lost as well", () => {
    const stuck = taken({ state: { timestamp: new Date((now - 300) * 1000).toISOString() } });
    expect(seeing([stuck]).runs.running).toEqual([]);
  });

  test("one that waits to be retried in its process fills its slot", () => {
    const labels = { "prefect.worker.name": `dev-worker-${TASK_ID}` };
    const retrying = taken({
      state_type: "SCHEDULED",
      labels,
      empirical_policy: { retry_type: "in_process" },
    });
    const seen = seeing([], [retrying]);
    expect(seen.runs).toMatchObject({ queued: [], running: [{ workerId: TASK_ID }], scheduled: [] });
  });

  test("a suspended one has given its process up", () => {
    expect(seeing([taken({ state_type: "PAUSED", state_name: "Suspended" })]).runs.running).toEqual([]);
  });

  test("those of an ecs worker are in tasks of their own, whichever worker submitted them", () => {
    const ecsSettings = scalingSettings({ workerType: "ecs", maxWorkers: 1 });
    const seen = observe({ ...sighting, settings: ecsSettings });
    expect(seen.runs.running).toHaveLength(4);
    expect(seen.workers[0]!.busySlots).toBe(0);
  });
});

describe("tasks", () => {
  test("are workers once they run and are not unhealthy, and nobody when they stop", () => {
    const tasks = ecs(
      now,
      task("a", { lastStatus: "PENDING" }),
      task("b", { healthStatus: "UNHEALTHY" }),
      task("c", { desiredStatus: "STOPPED" }),
      task("d", { taskDefinitionArn: `${DEFINITION}1` }),
    );
    const seen = observe({ ...sighting, ecs: { ...tasks, draining: new Set(["a"]) } });
    expect(
      seen.workers.map(({ id, ready, outdated, draining }) => ({ id, ready, outdated, draining })),
    ).toEqual([
      { id: "a", ready: false, outdated: false, draining: true },
      { id: "b", ready: false, outdated: false, draining: false },
      { id: "d", ready: true, outdated: true, draining: false },
    ]);
  });
});

test("the age of an observation is that of its oldest answer", () => {
  const seen = observe({ ...sighting, ecs: { ...sighting.ecs, askedAt: now - 40 } });
  expect(decide(seen, settings)).toMatchObject({ held: true, desired: 1 });
});

test("a look that failed holds", () => {
  const decision = decide(observeNothing(now, 3, "Prefect answered 503"), settings);
  expect(decision).toMatchObject({ desired: 3, drain: [], held: true });
  expect(decision.reason).toBe("Stays at 3, because Prefect answered 503.");
});
