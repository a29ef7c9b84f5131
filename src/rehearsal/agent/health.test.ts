import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { healthCheckPlan, nextHealth, UNKNOWN_HEALTH, watchHealth } from "./health.ts";

const plan = { retries: 3, startPeriodMs: 10_000 };

function statusAfter(results: readonly boolean[], elapsedMs: number) {
  return results.reduce((state, passed) => nextHealth(state, passed, elapsedMs, plan), UNKNOWN_HEALTH).status;
}

describe("healthCheckPlan", () => {
  it("runs CMD-SHELL in the container's shell and CMD as it stands", () => {
    expect(healthCheckPlan({ command: ["CMD-SHELL", "exit 0"] })?.argv).toEqual(["/bin/sh", "-c", "exit 0"]);
    expect(healthCheckPlan({ command: ["CMD", "python", "-c", "1"] })?.argv).toEqual(["python", "-c", "1"]);
  });

  it("has AWS's defaults", () => {
    expect(healthCheckPlan({ command: ["CMD", "true"] })).toEqual({
      argv: ["true"],
      intervalMs: 30_000,
      timeoutMs: 5_000,
      retries: 3,
      startPeriodMs: 0,
    });
  });

  it("is absent without a command and for NONE", () => {
    expect(healthCheckPlan(undefined)).toBeUndefined();
    expect(healthCheckPlan({ command: [] })).toBeUndefined();
    expect(healthCheckPlan({ command: ["NONE"] })).toBeUndefined();
  });
});

describe("nextHealth", () => {
  it("is HEALTHY after one success, also in the start period", () => {
    expect(statusAfter([true], 1)).toBe("HEALTHY");
  });

  it("becomes UNHEALTHY only after as many consecutive failures as retries", () => {
    expect(statusAfter([false, false], 20_000)).toBe("UNKNOWN");
    expect(statusAfter([false, false, false], 20_000)).toBe("UNHEALTHY");
    expect(statusAfter([false, false, true, false, false], 20_000)).toBe("HEALTHY");
  });

  it("does not count failures in the start period", () => {
    expect(statusAfter([false, false, false, false], 9_999)).toBe("UNKNOWN");
  });

  it("counts failures in the start period once it was HEALTHY", () => {
    expect(statusAfter([true, false, false, false], 9_999)).toBe("UNHEALTHY");
  });

  it("becomes HEALTHY again", () => {
    expect(statusAfter([false, false, false, true], 20_000)).toBe("HEALTHY");
  });
});

describe("watchHealth", () => {
  it("tells each change once and falls silent when stopped", async () => {
    const results = [true, true, false, false];
    const told: string[] = [];
    const watch = watchHealth(
      { argv: ["x"], intervalMs: 5, timeoutMs: 5, retries: 2, startPeriodMs: 0 },
      async () => results.shift() ?? false,
      (status) => told.push(status),
    );
    await expect.poll(() => told).toEqual(["HEALTHY", "UNHEALTHY"]);
    watch.stop();
    results.push(true);
    await sleep(30);
    expect(told).toEqual(["HEALTHY", "UNHEALTHY"]);
  });
});
