import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOW, worker } from "../../test/helpers/scaling-observation.ts";
import { decide } from "./decide.ts";
import type { Observation, ObservedWorker } from "./observation.ts";
import { type ScalingSettings, scalingSettings } from "./settings.ts";

const MAX_WORKERS = 12;
const SLOTS = 4;

const duration = fc.option(fc.double({ min: 0, max: 20_000, noNaN: true }), { nil: null });
const queue = fc.constantFrom(undefined, "default", "slow");
const workerId = fc.constantFrom(...Array.from({ length: MAX_WORKERS }, (_, i) => `w${i}`));

const waitingRun = (from: number, to: number) =>
  fc.record({
    dueAt: fc.integer({ min: from, max: to }).map((seconds) => NOW + seconds),
    expectedDurationSeconds: duration,
    queue,
  });

const runningRun = fc.record({
  dueAt: fc.constant(NOW - 500),
  startedAt: fc.option(
    fc.integer({ min: 0, max: 40_000 }).map((age) => NOW - age),
    { nil: null },
  ),
  expectedDurationSeconds: duration,
  queue,
  workerId: fc.option(workerId, { nil: null }),
});

const workers = fc.uniqueArray(
  fc.record({
    id: workerId,
    launchedAt: fc.integer({ min: 0, max: 9_000 }).map((age) => NOW - age),
    ready: fc.boolean(),
    slots: fc.constant(SLOTS),
    busySlots: fc.option(fc.integer({ min: 0, max: SLOTS }), { nil: null }),
    draining: fc.boolean(),
    outdated: fc.boolean(),
  }),
  { selector: ({ id }) => id, maxLength: MAX_WORKERS },
);

const memory = fc.option(
  fc.record({
    since: fc.integer({ min: 0, max: 200 }).map((age) => NOW - age),
    needs: fc
      .array(fc.record({ age: fc.integer({ min: 1, max: 200 }), workers: fc.nat(MAX_WORKERS * 2) }), {
        maxLength: 6,
      })
      .map((needs) =>
        needs.map(({ age, workers }) => ({ at: NOW - age, workers })).sort((a, b) => a.at - b.at),
      ),
  }),
  { nil: undefined },
);

const limit = fc.option(fc.nat(60), { nil: null });

const observation: fc.Arbitrary<Observation> = fc.record({
  now: fc.constant(NOW),
  apiAnswered: fc.constant(true),
  observedAt: fc.integer({ min: 0, max: 30 }).map((age) => NOW - age),
  complete: fc.boolean(),
  desired: fc.nat(MAX_WORKERS),
  runs: fc.record({
    queued: fc.array(waitingRun(-900, 0)),
    running: fc.array(runningRun),
    scheduled: fc.array(waitingRun(1, 200)),
  }),
  workers,
  adHoc: fc.record({ runs: fc.nat(400), windowSeconds: fc.constant(900), expectedDurationSeconds: duration }),
  limits: fc.record({
    paused: fc.boolean(),
    concurrency: limit,
    queues: fc.dictionary(
      fc.constantFrom("default", "slow"),
      fc.record({ paused: fc.boolean(), concurrency: limit }),
    ),
  }),
  memory,
});

const settings: fc.Arbitrary<ScalingSettings> = fc
  .record({
    workerType: fc.constantFrom("process" as const, "ecs" as const),
    minWorkers: fc.nat(3),
    more: fc.integer({ min: 1, max: MAX_WORKERS - 3 }),
    scaleInSeconds: fc.constantFrom(10, 30, 120),
    headroomDeviations: fc.double({ min: 0, max: 3, noNaN: true }),
  })
  .map(({ minWorkers, more, ...rest }) =>
    scalingSettings({ ...rest, slotsPerWorker: SLOTS, minWorkers, maxWorkers: minWorkers + more }),
  );

/** A desired count that these settings could have led to. */
const case_ = fc
  .tuple(observation, settings)
  .map(([seen, knobs]): [Observation, ScalingSettings] => [
    { ...seen, desired: Math.max(knobs.minWorkers, Math.min(knobs.maxWorkers, seen.desired)) },
    knobs,
  ]);

const RUNS = { numRuns: 1_000 };
const holds = (check: (seen: Observation, knobs: ScalingSettings) => void): void =>
  fc.assert(
    fc.property(case_, ([seen, knobs]) => check(seen, knobs)),
    RUNS,
  );

describe("whatever is observed", () => {
  test("the desired count is a whole number between minimum and maximum", () =>
    holds((seen, knobs) => {
      const { desired } = decide(seen, knobs);
      expect(Number.isInteger(desired)).toBe(true);
      expect(desired).toBeGreaterThanOrEqual(knobs.minWorkers);
      expect(desired).toBeLessThanOrEqual(knobs.maxWorkers);
    }));

  test("nothing changes when an API did not answer or its answers are old", () =>
    holds((seen, knobs) => {
      for (const doubtful of [
        { ...seen, apiAnswered: false },
        { ...seen, observedAt: NOW - 31 },
      ]) {
        expect(decide(doubtful, knobs)).toMatchObject({ desired: seen.desired, drain: [], held: true });
      }
    }));

  test("nobody is let go on a list that was cut", () =>
    holds((seen, knobs) => {
      const decision = decide({ ...seen, complete: false }, knobs);
      expect(decision.desired).toBeGreaterThanOrEqual(seen.desired);
      const replaced = seen.workers.filter((worker) => worker.outdated).map((worker) => worker.id);
      expect(replaced).toEqual(expect.arrayContaining([...decision.drain]));
    }));

  test("more backlog never means fewer workers", () =>
    fc.assert(
      fc.property(case_, fc.array(waitingRun(-900, 0), { minLength: 1 }), ([seen, knobs], more) => {
        const longer = { ...seen, runs: { ...seen.runs, queued: [...seen.runs.queued, ...more] } };
        expect(decide(longer, knobs).desired).toBeGreaterThanOrEqual(decide(seen, knobs).desired);
      }),
      RUNS,
    ));

  test("only empty workers are drained, and those that a deployment has replaced", () =>
    holds((seen, knobs) => {
      const ready = seen.workers.filter((worker) => worker.ready && !worker.draining && !worker.outdated);
      for (const id of decide(seen, knobs).drain) {
        const drained = seen.workers.find((worker) => worker.id === id)!;
        expect(drained.draining).toBe(false);
        if (drained.outdated) expect(ready.length).toBeGreaterThanOrEqual(knobs.minWorkers);
        else expect(drained.busySlots).toBe(0);
      }
    }));

  test("the desired count keeps a place for every worker that is busy", () =>
    holds((seen, knobs) => {
      const mustStay = (worker: ObservedWorker): boolean => !worker.outdated && worker.busySlots !== 0;
      const busy = seen.workers.filter(mustStay).length;
      const { desired } = decide(seen, knobs);
      expect(desired).toBeGreaterThanOrEqual(Math.min(seen.desired, busy, knobs.maxWorkers));
    }));

  test("it explains itself in one sentence", () =>
    holds((seen, knobs) => {
      const { reason } = decide(seen, knobs);
      expect(reason).toMatch(
        /^(Grows from \d+ to \d+|Shrinks from \d+ to \d+|Stays at \d+), because [^.]+(\.\d[^.]*)*\.$/,
      );
      expect(reason).not.toMatch(/undefined|null|NaN|Infinity/);
    }));

  test("the same observation gives the same decision, and is left as it was", () =>
    holds((seen, knobs) => {
      const copy = structuredClone(seen);
      const decision = decide(seen, knobs);
      expect(seen).toEqual(copy);
      expect(decide(copy, knobs)).toEqual(decision);
    }));
});

test("under constant load the service grows once, shrinks at most once, and then rests", () => {
  const load = fc.record({
    queued: fc.array(waitingRun(-900, 0), { maxLength: 20 }),
    adHoc: fc.nat(100),
    usual: duration,
    started: fc.nat(MAX_WORKERS),
  });
  fc.assert(
    fc.property(load, settings, ({ queued, adHoc, usual, started }, knobs) => {
      let workers = Array.from({ length: started }, (_, i) => worker(`w${i}`));
      let desired = started;
      let memory: Observation["memory"];
      const counts: number[] = [];
      for (let look = 0; look < 40; look++) {
        const now = NOW + 10 * look;
        const decision = decide(
          {
            now,
            apiAnswered: true,
            observedAt: now,
            complete: true,
            desired,
            runs: { queued: queued.map((run) => ({ ...run, dueAt: now })), running: [], scheduled: [] },
            workers,
            adHoc: { runs: adHoc, windowSeconds: 900, expectedDurationSeconds: usual },
            limits: { paused: false, concurrency: null, queues: {} },
            memory,
          },
          knobs,
        );
        ({ desired, memory } = decision);
        workers = workers.filter(({ id }) => !decision.drain.includes(id));
        while (workers.length < desired) workers.push(worker(`w${look}-${workers.length}`));
        counts.push(desired);
      }
      const steps = counts.filter((count, i) => count !== (counts[i - 1] ?? started)).length;
      expect(steps).toBeLessThanOrEqual(2);
      expect(new Set(counts.slice(-20)).size).toBe(1);
    }),
    { numRuns: 200 },
  );
});
