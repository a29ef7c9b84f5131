import { describe, expect, test } from "vitest";
import { parseSince } from "./time-argument.ts";

describe("parseSince", () => {
  const now = new Date("2026-01-31T12:00:00Z");

  test.each([
    ["90s", "2026-01-31T11:58:30.000Z"],
    ["10m", "2026-01-31T11:50:00.000Z"],
    ["2h", "2026-01-31T10:00:00.000Z"],
    ["3d", "2026-01-28T12:00:00.000Z"],
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z"],
  ])("%s", (text, time) => {
    expect(parseSince(text, now).toISOString()).toBe(time);
  });

  test.each(["10", "m", "10 minutes", "-5m", "yesterday", "2026-13-01", ""])("%o is none", (text) => {
    expect(() => parseSince(text, now)).toThrow(/90s, 10m, 2h or 3d/);
  });
});
