import fc from "fast-check";
import { expect, test } from "vitest";
import { createClock } from "./clock.ts";

test("does everything in the order of time, and what falls together in the order of asking", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), (times) => {
      const clock = createClock(0);
      const done: { time: number; order: number }[] = [];
      for (const [order, time] of times.entries())
        clock.at(time, () => done.push({ time: clock.now, order }));
      clock.runUntil(100);
      const wanted = times
        .map((time, order) => ({ time, order }))
        .sort((a, b) => a.time - b.time || a.order - b.order);
      expect(done).toEqual(wanted);
    }),
  );
});

test("does what an action brings about, but nothing at the end or after it", () => {
  const clock = createClock(0);
  const done: number[] = [];
  const again = (): void => {
    done.push(clock.now);
    clock.after(10, again);
  };
  clock.after(10, again);
  clock.runUntil(40);
  expect(done).toEqual([10, 20, 30]);
  expect(clock.now).toBe(40);
});

test("does at once what should have been done before", () => {
  const clock = createClock(100);
  const done: number[] = [];
  clock.at(50, () => done.push(clock.now));
  clock.runUntil(200);
  expect(done).toEqual([100]);
});
