import { expect, it } from "vitest";
import { poll } from "./poll.ts";

const quick = { what: "the worker", timeoutSeconds: 0.05, intervalSeconds: 0.01 };

it("gives what was found, after looks that found something else", async () => {
  let looks = 0;
  expect(await poll(async () => (++looks < 3 ? { seen: "nothing" } : { found: looks }), quick)).toBe(3);
});

it("says what was awaited, for how long, and what was last seen", async () => {
  let looks = 0;
  await expect(poll(async () => ({ seen: `look ${++looks}` }), quick)).rejects.toMatchObject({
    code: "TIMED_OUT",
    message: expect.stringMatching(/^Waited 0\.05 s for the worker; last seen: look \d+\.$/),
  });
});

it("passes an error of a look on at once", async () => {
  const failure = new Error("no such cluster");
  await expect(poll(() => Promise.reject(failure), quick)).rejects.toBe(failure);
});

it("ends with its signal", async () => {
  const signal = AbortSignal.timeout(20);
  const endless = { ...quick, timeoutSeconds: 60, signal };
  await expect(poll(async () => ({ seen: "nothing" }), endless)).rejects.toThrow();
  expect(signal.aborted).toBe(true);
});
