import { describe, expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { percentile } from "./summary.ts";

const draw = (count: number, from: () => number): number[] => Array.from({ length: count }, from);

describe("a seeded stream", () => {
  test("is the same for the same seed, and another for another", () => {
    const numbers = (seed: string): number[] => draw(20, seededRandom(seed).next);
    expect(numbers("a")).toEqual(numbers("a"));
    expect(numbers("a")).not.toEqual(numbers("b"));
  });

  test("is not moved by drawing from a fork", () => {
    const random = seededRandom("a");
    const fork = random.fork("tasks");
    draw(100, fork.next);
    expect(random.next()).toBe(seededRandom("a").next());
  });

  test("has the percentiles that a log-normal quantity was given", () => {
    const { logNormal } = seededRandom("cold starts");
    const starts = draw(50_000, () => logNormal({ p50: 41, p95: 58 }));
    expect(percentile(starts, 0.5)).toBeCloseTo(41, 0);
    expect(percentile(starts, 0.95)).toBeCloseTo(58, 0);
  });

  test("has the mean that a gap was given", () => {
    const { exponential } = seededRandom("arrivals");
    const gaps = draw(50_000, () => exponential(15));
    expect(gaps.reduce((sum, gap) => sum + gap) / gaps.length).toBeCloseTo(15, 0);
  });
});

describe("a percentile", () => {
  test("is a value that was there", () => {
    expect(percentile([3, 1, 2], 0.5)).toBe(2);
    expect(percentile([3, 1, 2], 0.95)).toBe(3);
    expect(percentile([5], 0)).toBe(5);
    expect(percentile([], 0.5)).toBeUndefined();
  });
});
