import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { together } from "./together.ts";

describe("together", () => {
  it("gives all results", async () => {
    const never = () => expect.unreachable();
    expect(await together(never, [sleep(1, "late"), Promise.resolve(2)])).toEqual(["late", 2]);
  });

  it("stops the others at the first failure, waits for their end, and throws that failure", async () => {
    const stopping = new AbortController();
    let ended = false;
    const slow = sleep(60_000, undefined, { signal: stopping.signal }).catch(async () => {
      await sleep(20);
      ended = true;
      throw new Error("stopped");
    });
    const failing = Promise.reject(new Error("the cause"));
    await expect(together(() => stopping.abort(), [slow, failing])).rejects.toThrow("the cause");
    expect(ended).toBe(true);
  });
});
