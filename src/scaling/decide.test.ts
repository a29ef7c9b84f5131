import { describe, expect, test } from "vitest";
import { NOW, observation, running, waiting, worker } from "../../test/helpers/scaling-observation.ts";
import { decide } from "./decide.ts";
import { scalingSettings } from "./settings.ts";

const settings = scalingSettings({ workerType: "process", maxWorkers: 10 });

describe("growing", () => {
  test("wakes for runs that fall due before a worker wished for later could be there", () => {
    const decision = decide(observation({ runs: { scheduled: waiting(9, 65) } }), settings);
    expect(decision.desired).toBe(3);
    expect(decision.reason).toMatchInlineSnapshot(
      `"Grows from 0 to 3, because 9 slots will be needed in 70 s (0 running, 0 queued, 9 due within 70 s) and a worker has 4."`,
    );
  });

  test("sleeps on while the next run is further away than a start takes", () => {
    const decision = decide(observation({ runs: { scheduled: waiting(9, 71) } }), settings);
    expect(decision.desired).toBe(0);
    expect(decision.reason).toMatchInlineSnapshot(
      `"Stays at 0, because nothing runs, waits or falls due within 70 s."`,
    );
  });

  test("has a slot for every run that waits, and says which need it meets", () => {
    const decision = decide(
      observation({
        workers: [worker("a", { busySlots: 4 })],
        runs: { running: running(4, "a"), queued: waiting(5, -3) },
      }),
      settings,
    );
    expect(decision.desired).toBe(3);
    expect(decision.reason).toMatchInlineSnapshot(
      `"Grows from 1 to 3, because 9 slots will be needed now (4 running, 5 queued, 0 due within 70 s) and a worker has 4."`,
    );
  });

  test("counts on slots that will be free again when the next runs fall due", () => {
    const almostOver = { startedAt: NOW - 58, expectedDurationSeconds: 60 };
    const work = { scheduled: waiting(4, 70) };
    const soon = observation({
      workers: [worker("a", { busySlots: 4 })],
      runs: { ...work, running: running(4, "a", { startedAt: NOW - 5, expectedDurationSeconds: 10 }) },
    });
    const long = observation({
      workers: [worker("a", { busySlots: 4 })],
      runs: { ...work, running: running(4, "a", { ...almostOver, expectedDurationSeconds: 3600 }) },
    });
    expect(decide(soon, settings).desired).toBe(1);
    expect(decide(long, settings).desired).toBe(2);
  });

  test("keeps room for the traffic of the last minutes, which nobody announces", () => {
    const busy = observation({
      workers: [worker("a", { busySlots: 4 })],
      runs: { running: running(4, "a") },
      adHoc: { runs: 60, windowSeconds: 900, expectedDurationSeconds: 90 },
    });
    expect(decide(busy, settings).desired).toBe(3);
    expect(decide({ ...busy, adHoc: { ...busy.adHoc, runs: 0 } }, settings).desired).toBe(1);
  });

  test("does not keep a worker for a run that comes every few hours", () => {
    const quiet = observation({ adHoc: { runs: 1, windowSeconds: 900, expectedDurationSeconds: 90 } });
    expect(decide(quiet, settings).desired).toBe(0);
  });

  test("stops at the maximum and says what would be needed", () => {
    const decision = decide(observation({ runs: { queued: waiting(100, -1) } }), settings);
    expect(decision.desired).toBe(10);
    expect(decision.reason).toContain("25 workers would be needed, but 10 is the most allowed");
  });

  test("wishes for one more while a busy worker that is draining still counts for ECS", () => {
    const decision = decide(
      observation({
        workers: [worker("a", { draining: true, busySlots: 1 }), worker("b", { busySlots: 4 })],
        desired: 1,
        runs: { running: [...running(1, "a"), ...running(4, "b")], queued: waiting(1, -1) },
      }),
      settings,
    );
    expect(decision.desired).toBe(3);
  });
});

describe("shrinking", () => {
  test("drains empty workers only, the newest first", () => {
    const decision = decide(
      observation({
        workers: [
          worker("old"),
          worker("busy", { busySlots: 1 }),
          worker("new", { launchedAt: NOW - 90 }),
          worker("unknown", { busySlots: null }),
        ],
        runs: { running: running(1, "busy") },
      }),
      settings,
    );
    expect(decision).toMatchObject({ desired: 2, drain: ["new", "old"] });
    expect(decision.reason).toMatchInlineSnapshot(
      `"Shrinks from 4 to 2, because 1 slot will be needed now (1 running, 0 queued, 0 due within 70 s) and a worker has 4; new, old are empty and may go."`,
    );
  });

  test("waits until the need has been lower for the whole window", () => {
    const idle = observation({
      workers: [worker("a"), worker("b")],
      memory: { since: NOW - 600, needs: [{ at: NOW - 20, workers: 2 }] },
    });
    const decision = decide(idle, settings);
    expect(decision).toMatchObject({ desired: 2, drain: [] });
    expect(decision.reason).toContain("nobody is let go before 30 s of lower need");
    const later = { ...idle, now: NOW + 20, observedAt: NOW + 20, memory: decision.memory };
    expect(decide(later, settings).drain).toEqual(["a", "b"]);
  });

  test("lets nobody go before it has looked for the whole window itself", () => {
    const forgetful = observation({ workers: [worker("a")], memory: undefined });
    const first = decide(forgetful, settings);
    expect(first).toMatchObject({ desired: 1, drain: [] });
    const lookAfter = (seconds: number, memory = first.memory) =>
      decide({ ...forgetful, now: NOW + seconds, observedAt: NOW + seconds, memory }, settings);
    expect(lookAfter(20).drain).toEqual([]);
    expect(lookAfter(31, lookAfter(20).memory).drain).toEqual(["a"]);
    expect(lookAfter(600).drain).toEqual([]);
  });

  test("takes back a wish for workers that have not been launched yet", () => {
    const decision = decide(
      observation({
        workers: [worker("a", { busySlots: 1 })],
        desired: 4,
        runs: { running: running(1, "a") },
      }),
      settings,
    );
    expect(decision).toMatchObject({ desired: 1, drain: [] });
  });

  test("never goes below the minimum", () => {
    const decision = decide(
      observation({ workers: [worker("a"), worker("b")] }),
      scalingSettings({ ...settings, minWorkers: 1 }),
    );
    expect(decision).toMatchObject({ desired: 1, drain: ["a"] });
  });

  test("looks more often while it sleeps", () => {
    expect(decide(observation(), settings).lookAgainSeconds).toBe(2);
    expect(decide(observation({ runs: { queued: waiting(1, 0) } }), settings).lookAgainSeconds).toBe(10);
  });
});

describe("a deployment", () => {
  test("drains the replaced workers, busy ones too, once as many new ones take work", () => {
    const workers = [
      worker("old", { outdated: true, busySlots: 3 }),
      worker("new", { ready: false, launchedAt: NOW - 40 }),
    ];
    const during = observation({ workers, desired: 1, runs: { running: running(3, "old") } });
    expect(decide(during, settings).drain).toEqual([]);
    const ready = { ...during, workers: [workers[0]!, { ...workers[1]!, ready: true }] };
    expect(decide(ready, settings)).toMatchObject({ desired: 1, drain: ["old"] });
    expect(decide(ready, settings).reason).toContain("old has been replaced by a deployment");
  });
});

describe("what Prefect holds back", () => {
  test("a paused pool needs no one for what waits, but keeps who works", () => {
    const limits = { paused: true, concurrency: null, queues: {} };
    const work = { queued: waiting(20, -1), scheduled: waiting(20, 30) };
    const asleep = decide(observation({ runs: work, limits }), settings);
    expect(asleep).toMatchObject({ desired: 0, reason: "Stays at 0, because the work pool is paused." });
    const workers = [worker("a", { busySlots: 2 })];
    const busy = decide(
      observation({ workers, runs: { ...work, running: running(2, "a") }, limits }),
      settings,
    );
    expect(busy).toMatchObject({ desired: 1, drain: [] });
  });

  test("nobody is launched for runs above a concurrency limit", () => {
    const limited = (concurrency: number) =>
      decide(
        observation({
          workers: [worker("a", { busySlots: 3 })],
          runs: { running: running(3, "a"), queued: waiting(20, -1), scheduled: waiting(20, 30) },
          adHoc: { runs: 900, windowSeconds: 900, expectedDurationSeconds: 60 },
          limits: { paused: false, concurrency, queues: {} },
        }),
        settings,
      ).desired;
    expect(limited(3)).toBe(1);
    expect(limited(5)).toBe(2);
    expect(limited(9)).toBe(3);
  });

  test("queues have limits and pauses of their own", () => {
    const queues = { slow: { paused: false, concurrency: 2 }, off: { paused: true, concurrency: null } };
    const decision = decide(
      observation({
        runs: {
          queued: [
            ...waiting(20, -1, { queue: "slow" }),
            ...waiting(20, -1, { queue: "off" }),
            ...waiting(3, -1, { queue: "free" }),
          ],
        },
        limits: { paused: false, concurrency: null, queues },
      }),
      settings,
    );
    expect(decision.desired).toBe(2);
  });
});

describe("doubt", () => {
  const idle = observation({ workers: [worker("a"), worker("b")] });

  test("holds when Prefect does not answer, and says what it answered", () => {
    const decision = decide({ ...idle, apiAnswered: false, trouble: "Prefect answered 429" }, settings);
    expect(decision).toMatchObject({ desired: 2, drain: [], held: true, memory: idle.memory });
    expect(decision.reason).toBe("Stays at 2, because Prefect answered 429.");
  });

  test("holds on old answers, and on answers from the future", () => {
    const old = decide({ ...idle, observedAt: NOW - 31 }, settings);
    expect(old).toMatchObject({ desired: 2, held: true });
    expect(old.reason).toContain("31 s old");
    expect(decide({ ...idle, observedAt: NOW + 300 }, settings).reason).toContain("clocks disagree");
    expect(decide({ ...idle, observedAt: Number.NaN }, settings).held).toBe(true);
  });

  test("grows on a list that was cut, but does not shrink", () => {
    const cut = { ...idle, complete: false };
    expect(decide(cut, settings)).toMatchObject({ desired: 2, drain: [] });
    expect(decide(cut, settings).reason).toContain("more runs wait than were read");
    const runs = { queued: waiting(40, -1), running: [], scheduled: [] };
    expect(decide({ ...cut, runs }, settings).desired).toBe(10);
  });
});

describe("ecs workers", () => {
  const submitters = scalingSettings({ workerType: "ecs", maxWorkers: 1 });

  test("one wakes a cold start and a prefetch ahead of the next run", () => {
    expect(decide(observation({ runs: { scheduled: waiting(50, 144) } }), submitters)).toMatchObject({
      desired: 1,
      reason: "Grows from 0 to 1, because 50 runs fall due within 145 s.",
    });
    expect(decide(observation({ runs: { scheduled: waiting(50, 146) } }), submitters).desired).toBe(0);
  });

  test("one is enough, whatever waits", () => {
    const decision = decide(observation({ runs: { queued: waiting(500, -1) } }), {
      ...submitters,
      maxWorkers: 5,
    });
    expect(decision).toMatchObject({ desired: 1 });
  });

  test("stays awake while runs are in flight, as it is told when one crashes", () => {
    const decision = decide(
      observation({ workers: [worker("a")], runs: { running: running(1, null) } }),
      submitters,
    );
    expect(decision.drain).toEqual([]);
    expect(decision.reason).toMatchInlineSnapshot(
      `"Stays at 1, because 1 run is in flight and would not be seen to crash otherwise."`,
    );
  });

  test("goes to sleep two minutes after the last need", () => {
    const needs = [{ at: NOW - 90, workers: 1 }];
    const idle = observation({ workers: [worker("a")], memory: { since: NOW - 600, needs } });
    expect(decide(idle, submitters).desired).toBe(1);
    expect(decide({ ...idle, now: NOW + 40, observedAt: NOW + 40 }, submitters)).toMatchObject({
      desired: 1,
      drain: [],
    });
  });
});
