import { describe, expect, test } from "vitest";
import { ago, span } from "./ago.ts";

describe("span", () => {
  test.each([
    [0, "0 s"],
    [119_000, "119 s"],
    [120_000, "2 min"],
    [7_199_000, "119 min"],
    [7_200_000, "2 h"],
    [172_800_000, "2 d"],
  ])("%d ms is %s", (ms, text) => {
    expect(span(ms)).toBe(text);
  });
});

describe("ago", () => {
  const now = new Date("2026-01-01T12:00:00Z");

  test("looks back and ahead", () => {
    expect(ago(new Date("2026-01-01T11:59:50Z"), now)).toBe("10 s ago");
    expect(ago(new Date("2026-01-01T12:05:00Z"), now)).toBe("in 5 min");
  });

  test("takes clocks that differ by less than a second for the same", () => {
    expect(ago(new Date("2026-01-01T12:00:00.900Z"), now)).toBe("0 s ago");
  });

  test("says nothing of nothing", () => {
    expect(ago(undefined, now)).toBe("");
  });
});
