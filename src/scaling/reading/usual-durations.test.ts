import { describe, expect, test } from "vitest";
import type { FlowRunAnswer } from "./prefect-answers.ts";
import { learnDurations, usualDuration, usualDurationOfAll } from "./usual-durations.ts";

/** As Prefect lists them: the newest first. */
const ended = (deployment: string, ...seconds: number[]): FlowRunAnswer[] =>
  seconds.map((total_run_time, index) => ({
    id: `${deployment} ${index}`,
    deployment_id: deployment,
    total_run_time,
  }));

describe("how long runs usually take", () => {
  test("is the median of a deployment's last runs", () => {
    const known = learnDurations({}, [...ended("a", 10, 30, 20), ...ended("b", 500)]);
    expect(usualDuration(known, "a")).toBe(20);
    expect(usualDuration(known, "b")).toBe(500);
    expect(usualDurationOfAll(known)).toBe(30);
  });

  test("is not known of a deployment that never ended, nor of a run without one", () => {
    expect(usualDuration({}, "a")).toBeNull();
    expect(usualDuration({}, null)).toBeNull();
    expect(usualDurationOfAll({})).toBeNull();
  });

  test("counts a run once, however often it is listed", () => {
    const once = learnDurations({}, ended("a", 10, 20, 30));
    expect(learnDurations(once, ended("a", 10, 20, 30))).toEqual(once);
  });

  test("remembers a deployment that seldom runs", () => {
    const known = learnDurations(learnDurations({}, ended("nightly", 900)), ended("frequent", 5));
    expect(usualDuration(known, "nightly")).toBe(900);
  });

  test("follows the newest twenty runs", () => {
    const slow = Array.from({ length: 30 }, () => 100);
    const before = learnDurations({}, ended("a", ...slow));
    const faster = Array.from(
      { length: 15 },
      (_, i): FlowRunAnswer => ({ id: `fast ${i}`, deployment_id: "a", total_run_time: 5 }),
    );
    const after = learnDurations(before, faster);
    expect(Object.keys(after.a!)).toHaveLength(20);
    expect(usualDuration(after, "a")).toBe(5);
  });

  test("leaves runs out that took no time or belong to no deployment", () => {
    expect(learnDurations({}, [{ id: "x", total_run_time: 5 }, ...ended("a", 0)])).toEqual({});
  });
});
