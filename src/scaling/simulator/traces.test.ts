import { expect, test } from "vitest";
import { createTrace, DAY_SECONDS, TRACE_NAMES } from "./traces.ts";

test("a trace is the same for the same seed", () => {
  expect(createTrace("diurnal mix", 3)).toEqual(createTrace("diurnal mix", 3));
  expect(createTrace("diurnal mix", 3).runs).not.toEqual(createTrace("diurnal mix", 4).runs);
});

test.each(TRACE_NAMES)("%s: the runs of one day, in the order of their due time", (name) => {
  const dueTimes = createTrace(name, 1).runs.map((run) => run.dueAt);
  expect(dueTimes).toEqual([...dueTimes].sort((one, other) => one - other));
  expect(dueTimes[0]).toBeGreaterThanOrEqual(0);
  expect(dueTimes.at(-1)).toBeLessThan(DAY_SECONDS);
});

test("have the sizes that they are known by", () => {
  const sizes = TRACE_NAMES.map((name) => {
    const { runs } = createTrace(name, 1);
    return [name, Math.round(runs.length / 100) * 100, runs.filter((run) => run.scheduled).length];
  });
  expect(sizes).toMatchInlineSnapshot(`
    [
      [
        "steady ad-hoc",
        5800,
        0,
      ],
      [
        "steady scheduled",
        8600,
        8640,
      ],
      [
        "diurnal mix",
        7600,
        3456,
      ],
      [
        "cron burst",
        3500,
        3504,
      ],
      [
        "heavy tail",
        1400,
        720,
      ],
      [
        "nightly",
        100,
        48,
      ],
    ]
  `);
});

test("a working day is busiest in the afternoon", () => {
  const hours = new Array<number>(24).fill(0);
  for (const run of createTrace("diurnal mix", 1).runs)
    if (!run.scheduled) hours[Math.floor(run.dueAt / 3600)]! += 1;
  expect(hours[14]!).toBeGreaterThan(10 * hours[2]!);
});
