import { describe, expect, test, vi } from "vitest";
import { scalingSettings } from "../settings.ts";
import { tryPolicy } from "./compare.ts";
import { ALL_FAULTS } from "./faults.ts";
import { clairvoyant } from "./policies/clairvoyant.ts";
import { cpuTracking } from "./policies/cpu-tracking.ts";
import { fixed } from "./policies/fixed.ts";
import { kedaLike } from "./policies/keda-like.ts";
import { lookAhead } from "./policies/look-ahead.ts";
import { reactive } from "./policies/reactive.ts";
import type { Policy } from "./policy.ts";
import { simulate } from "./simulate.ts";
import { createTrace, DAY_SECONDS, TRACE_NAMES, type Trace, type TraceRun } from "./traces.ts";
import { EARLY_WORLD, ECS_WORLD, PROCESS_WORLD } from "./world.ts";

const shipped = lookAhead(scalingSettings({ workerType: "process", maxWorkers: 60 }));

/** Two seconds of computing on an idle machine, many times that on a busy one. */
vi.setConfig({ testTimeout: 120_000 });

/** Neither the tuning days nor those of the bench. */
const SEEDS = [501, 502];

/** In two nights there are too few runs for every percentile. */
const BUSY_TRACES = TRACE_NAMES.filter((name) => name !== "nightly");

function traceOf(...runs: Partial<TraceRun>[]): Trace {
  const defaults = { dueAt: 3_600, durationSeconds: 100, expectedSeconds: 100, scheduled: true };
  return { name: "test", description: "", runs: runs.map((run) => ({ ...defaults, ...run })) };
}

describe("a simulated day", () => {
  test("gives the same outcome for the same seed, faults and all", () => {
    const once = () =>
      simulate({
        trace: createTrace("heavy tail", 1),
        policy: shipped,
        world: PROCESS_WORLD,
        seed: 1,
        faults: ALL_FAULTS,
      });
    expect(once()).toEqual(once());
  });

  test("costs what its tasks are billed", () => {
    const { dollars } = simulate({ trace: traceOf(), policy: fixed(2), world: PROCESS_WORLD, seed: 1 });
    const hours = (2 * (DAY_SECONDS + 600)) / 3_600;
    expect(dollars).toBeCloseTo(hours * PROCESS_WORLD.workerDollarsPerHour, 1);
  });

  test("lets a run wait for the worker's start, its poll and its own process", () => {
    const lone = traceOf({ scheduled: false });
    const outcome = simulate({ trace: lone, policy: reactive(), world: PROCESS_WORLD, seed: 1 });
    expect(outcome.fromZeroWaits).toHaveLength(1);
    expect(outcome.fromZeroWaits[0]).toBeGreaterThan(30);
    expect(outcome.fromZeroWaits[0]).toBeLessThan(100);
    const warm = simulate({ trace: lone, policy: fixed(1), world: PROCESS_WORLD, seed: 1 });
    expect(warm.activeWaits[0]).toBeLessThan(18);
  });

  test("lets what nobody could take wait until midnight", () => {
    const { scheduledWaits } = simulate({
      trace: traceOf({}, {}),
      policy: fixed(0),
      world: PROCESS_WORLD,
      seed: 1,
    });
    expect(scheduledWaits).toEqual([DAY_SECONDS - 3_600, DAY_SECONDS - 3_600]);
  });

  test("runs no more at once than a worker has slots", () => {
    const five = Array.from({ length: 5 }, () => ({}));
    const { scheduledWaits } = simulate({
      trace: traceOf(...five),
      policy: fixed(1),
      world: PROCESS_WORLD,
      seed: 1,
    });
    expect(scheduledWaits.filter((wait) => wait > 90)).toHaveLength(1);
  });
});

describe("who is killed", () => {
  /** Two workers for an hour, then one, while both are busy. */
  const halved = (supervised: boolean): Policy => ({
    ...fixed(0),
    supervised,
    start: () => (_look, now) => ({ desired: now < 3_700 ? 2 : 1, drain: [] }),
  });
  const eight = traceOf(...Array.from({ length: 8 }, () => ({ durationSeconds: 600 })));

  test("the runs of an unprotected worker, when the service shrinks", () => {
    expect(simulate({ trace: eight, policy: halved(false), world: PROCESS_WORLD, seed: 1 }).killed).toBe(4);
  });

  test("nobody, when workers are protected", () => {
    expect(simulate({ trace: eight, policy: halved(true), world: PROCESS_WORLD, seed: 1 }).killed).toBe(0);
  });

  test("nobody by an ecs worker's end, whose runs have tasks of their own", () => {
    expect(simulate({ trace: eight, policy: halved(false), world: ECS_WORLD, seed: 1 }).killed).toBe(0);
  });

  test("nobody under the look-ahead, with outages, 429s, stale and duplicate looks, and deployments", () => {
    const days = tryPolicy({ policy: shipped, world: EARLY_WORLD, seeds: SEEDS, faults: ALL_FAULTS });
    expect(days["all six"].runs).toBeGreaterThan(50_000);
    expect(days["all six"].killed).toBe(0);
  });

  test("some under the same faults without protection, so that the count is known to count", () => {
    const days = tryPolicy({
      policy: kedaLike(),
      world: EARLY_WORLD,
      seeds: SEEDS.slice(1),
      faults: ALL_FAULTS,
    });
    expect(Math.min(...Object.values(days).map((day) => day.killed))).toBeGreaterThan(0);
  });
});

describe("the look-ahead", () => {
  const oracle = tryPolicy({ policy: clairvoyant(EARLY_WORLD), world: EARLY_WORLD, seeds: SEEDS });
  const own = tryPolicy({ policy: shipped, world: EARLY_WORLD, seeds: SEEDS });

  test.each(TRACE_NAMES)(
    "%s: announced runs start on time, at little more than a clairvoyant pays",
    (name) => {
      expect(own[name].scheduledP95 ?? 0).toBeLessThanOrEqual(1);
      // In two nights there are too few unannounced runs for a percentile.
      if (name !== "nightly") expect(own[name].activeP95 ?? 0).toBeLessThanOrEqual(16);
      expect(own[name].dollarsPerDay).toBeLessThanOrEqual(1.2 * oracle[name].dollarsPerDay);
    },
  );

  test("wishes for workers within twelve seconds of the queue's change", () => {
    expect(own["all six"].reactionP95).toBeLessThanOrEqual(12);
  });

  test("has a worker for unannounced runs within a cold start and a look", () => {
    expect(own["all six"].fromZeroP95).toBeLessThanOrEqual(70);
  });

  test("beats what the others do on a burst of announced runs", () => {
    const wait = (policy: Policy): number =>
      tryPolicy({ policy, world: PROCESS_WORLD, seeds: SEEDS.slice(1) })["cron burst"].scheduledP95!;
    const shippedWait = wait(shipped);
    expect(shippedWait).toBeLessThanOrEqual(5);
    for (const policy of [reactive(), kedaLike(), cpuTracking(20)])
      expect(wait(policy)).toBeGreaterThan(10 * shippedWait);
  });

  test("hides the cold starts of ecs flow runs while its worker sleeps between them", () => {
    const sleeper = lookAhead(scalingSettings({ workerType: "ecs", maxWorkers: 1 }));
    const days = tryPolicy({ policy: sleeper, world: ECS_WORLD, seeds: SEEDS });
    const awake = tryPolicy({ policy: fixed(1), world: ECS_WORLD, seeds: SEEDS });
    for (const name of BUSY_TRACES) expect(days[name].scheduledP95 ?? 0).toBeLessThanOrEqual(3.5);
    expect(days.nightly.dollarsPerDay).toBeLessThan(0.6 * awake.nightly.dollarsPerDay);
  });
});
