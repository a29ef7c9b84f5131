import { describe, expect, it, vi } from "vitest";
import { recordedEvents } from "../../test/helpers/terraform-fixtures.ts";
import { describeProgress, ProgressTracker, withProgress } from "./progress.ts";

/** The lines shown over a recorded run, as if `seconds` had passed since each event. */
function lines(name: string, seconds = 0): string[] {
  const tracker = new ProgressTracker();
  return recordedEvents(name).map((event) => {
    tracker.add(event);
    return describeProgress(tracker.read(event.at + seconds * 1000));
  });
}

describe("ProgressTracker", () => {
  it("counts up to the number of planned resources", () => {
    expect(lines("create.terraform").at(-1)).toBe("4 of 4 resources");
    expect(lines("destroy.terraform").at(-1)).toBe("5 of 5 resources");
  });

  it("counts a replaced resource once, when it exists again", () => {
    const seen = lines("replace-and-fail.terraform");
    expect(seen.at(-1)).toBe("4 of 5 resources, 1 failed");
    expect(seen.filter((line) => line.startsWith("5 of"))).toEqual([]);
  });

  it("names what it waits for, and for how long", () => {
    expect(lines("create.terraform", 8)).toContain(
      "3 of 4 resources; waiting for terraform_data.replaced (8 s)",
    );
  });

  it("names the longest of several", () => {
    const tracker = new ProgressTracker();
    const start = recordedEvents("create.terraform").filter(({ type }) => type === "apply_start");
    for (const [index, event] of start.entries()) tracker.add({ ...event, at: 1000 * index });
    expect(describeProgress({ ...tracker.read(60_000), total: 4 })).toMatch(
      /^0 of 4 resources; waiting for terraform_data\.\S+ \(60 s\) and 3 more$/,
    );
  });

  it("has a line before anything is known", () => {
    expect(describeProgress(new ProgressTracker().read())).toBe("comparing with what exists");
  });
});

describe("withProgress", () => {
  it("redraws at every event and gives the work's result", async () => {
    const shown: string[] = [];
    const result = await withProgress({ update: (line) => shown.push(line) }, async (onEvent) => {
      for (const event of recordedEvents("create.terraform")) onEvent(event);
      return "done";
    });
    expect(result).toBe("done");
    expect(shown.at(-1)).toBe("4 of 4 resources");
  });

  it("redraws while nothing happens, and no longer once the work has failed", async () => {
    vi.useFakeTimers();
    const shown: string[] = [];
    const failing = withProgress({ update: (line) => shown.push(line) }, async () => {
      await vi.advanceTimersByTimeAsync(3000);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(shown).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(3000);
    expect(shown).toHaveLength(3);
    vi.useRealTimers();
  });
});
