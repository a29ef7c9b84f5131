import { describe, expect, it } from "vitest";
import {
  descriptionOfNew,
  descriptionOfPaused,
  descriptionOfUnpaused,
  isMadeByUs,
  isPausedByUs,
} from "./pool-marks.ts";

describe("the marks in a pool's description", () => {
  it("tell a pool that we made and paused", () => {
    const fresh = { description: descriptionOfNew };
    expect([isPausedByUs(fresh), isMadeByUs(fresh)]).toEqual([true, true]);
    const finished = { description: descriptionOfUnpaused(fresh) };
    expect([isPausedByUs(finished), isMadeByUs(finished)]).toEqual([false, true]);
  });

  it.each(["Nightly loads.", "", undefined])(
    "give a person's words (%s) back after a destroy",
    (description) => {
      const paused = { description: descriptionOfPaused({ description }) };
      expect(isPausedByUs(paused)).toBe(true);
      expect(isMadeByUs(paused)).toBe(false);
      expect(descriptionOfUnpaused(paused)).toBe(description ?? "");
    },
  );

  it("still tell after a destroy that the pool is ours", () => {
    const ours = { description: descriptionOfUnpaused({ description: descriptionOfNew }) };
    const paused = { description: descriptionOfPaused(ours) };
    expect([isPausedByUs(paused), isMadeByUs(paused)]).toEqual([true, true]);
    expect(descriptionOfUnpaused(paused)).toBe(ours.description);
  });

  it("see nothing in a description that a person wrote", () => {
    expect(isPausedByUs({ description: "Paused by hand." })).toBe(false);
    expect(isMadeByUs({ description: "Made by me." })).toBe(false);
  });
});
