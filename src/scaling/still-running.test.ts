import { describe, expect, test } from "vitest";
import { secondsRun, stillRunning } from "./still-running.ts";

describe("the chance that a run is still going", () => {
  test("is one half after the median", () => {
    expect(stillRunning(100, 0, 100)).toBeCloseTo(0.5);
  });

  test("is small for one that is about to end, and large again for one that has outlasted its kind", () => {
    expect(stillRunning(100, 100, 60)).toBeLessThan(0.3);
    expect(stillRunning(100, 5_000, 60)).toBeGreaterThan(0.9);
  });

  test("is certain when nothing is known of its duration", () => {
    expect(stillRunning(null, 10, 1_000_000)).toBe(1);
  });

  test("is none for one that takes no time", () => {
    expect(stillRunning(0, 0, 1)).toBe(0);
    expect(stillRunning(0, 0, 0)).toBe(1);
  });

  test("falls with time", () => {
    const chances = [0, 15, 30, 60, 120].map((later) => stillRunning(60, 20, later));
    expect(chances).toEqual([...chances].sort().reverse());
  });
});

describe("how much of its first seconds a run is there", () => {
  test("is all of them for a long or unknown one", () => {
    expect(secondsRun(null, 70)).toBeCloseTo(70);
    expect(secondsRun(10_000, 70)).toBeCloseTo(70);
  });

  test("is about its duration for a short one", () => {
    expect(secondsRun(20, 70)).toBeGreaterThan(18);
    expect(secondsRun(20, 70)).toBeLessThan(26);
  });
});
