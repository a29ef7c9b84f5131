/**
 * How well scaling works, in the simulator, on days that were not used for tuning. Tables in Markdown:
 *
 *     npm exec -- node bench/scaling.ts            all of it, some three minutes
 *     npm exec -- node bench/scaling.ts --quick    two days of each trace and a tenth of the faults
 *     npm exec -- node bench/scaling.ts --json     the numbers alone
 */
import { parseArgs } from "node:util";
import { scalingSettings } from "../src/scaling/settings.ts";
import { type ByTrace, type Trial, tryPolicy } from "../src/scaling/simulator/compare.ts";
import { ALL_FAULTS } from "../src/scaling/simulator/faults.ts";
import { clairvoyant } from "../src/scaling/simulator/policies/clairvoyant.ts";
import { cpuTracking } from "../src/scaling/simulator/policies/cpu-tracking.ts";
import { fixed } from "../src/scaling/simulator/policies/fixed.ts";
import { kedaLike } from "../src/scaling/simulator/policies/keda-like.ts";
import { lookAhead } from "../src/scaling/simulator/policies/look-ahead.ts";
import { reactive } from "../src/scaling/simulator/policies/reactive.ts";
import { FAULT_SEEDS, HELD_OUT_SEEDS } from "../src/scaling/simulator/seeds.ts";
import { TRACE_NAMES } from "../src/scaling/simulator/traces.ts";
import { EARLY_WORLD, ECS_WORLD, PROCESS_WORLD, SLIM_COLD_START } from "../src/scaling/simulator/world.ts";
import { goals } from "./scaling-goals.ts";
import { type Row, table } from "./table.ts";

const options = { quick: { type: "boolean" }, json: { type: "boolean" } } as const;
const { quick, json } = parseArgs({ options }).values;
const seeds = quick ? HELD_OUT_SEEDS.slice(0, 2) : HELD_OUT_SEEDS;
const faultSeeds = quick ? FAULT_SEEDS.slice(0, 4) : FAULT_SEEDS;

const settings = scalingSettings({ workerType: "process", maxWorkers: 60 });
const shipped = lookAhead(settings);
const slimWorld = { ...EARLY_WORLD, coldStart: SLIM_COLD_START };
const slimSettings = scalingSettings({
  ...settings,
  coldStartSeconds: SLIM_COLD_START.p95,
  horizonSeconds: undefined,
});
const sleeper = scalingSettings({ workerType: "ecs", maxWorkers: 1 });

const started = performance.now();
const onDays = (trial: Omit<Trial, "seeds">): ByTrace => tryPolicy({ seeds, ...trial });

const oracle = onDays({ policy: clairvoyant(PROCESS_WORLD), world: PROCESS_WORLD });
const policies = {
  clairvoyant: oracle,
  "**look-ahead**": onDays({ policy: shipped, world: PROCESS_WORLD }),
  "Lambda 10 s": onDays({ policy: reactive(), world: PROCESS_WORLD }),
  "KEDA-like 30 s": onDays({ policy: kedaLike(), world: PROCESS_WORLD }),
  "CPU 20 s": onDays({ policy: cpuTracking(20), world: PROCESS_WORLD }),
  "CPU 60 s": onDays({ policy: cpuTracking(60), world: PROCESS_WORLD }),
  "fixed 2": onDays({ policy: fixed(2), world: PROCESS_WORLD }),
  "fixed 45": onDays({ policy: fixed(45), world: PROCESS_WORLD }),
};
const early = {
  clairvoyant: onDays({ policy: clairvoyant(EARLY_WORLD), world: EARLY_WORLD }),
  "look-ahead": onDays({ policy: shipped, world: EARLY_WORLD }),
};
const slim = {
  clairvoyant: onDays({ policy: clairvoyant(slimWorld), world: slimWorld }),
  "look-ahead": onDays({ policy: lookAhead(slimSettings), world: slimWorld }),
};
const slowStart = { ...EARLY_WORLD, runStart: { p50: 8, p95: 14 } };
const unsure = {
  "durations known": early["look-ahead"],
  "taken for twice as long": onDays({ policy: shipped, world: EARLY_WORLD, estimate: 2 }),
  "taken for half as long": onDays({ policy: shipped, world: EARLY_WORLD, estimate: 0.5 }),
  "not known at all": onDays({ policy: shipped, world: EARLY_WORLD, estimate: null }),
  "runs take 8 to 14 s to start": onDays({ policy: shipped, world: slowStart }),
};
const hurried = { ...ECS_WORLD, prefetchSeconds: 10, pollSeconds: 10 };
const submitters = {
  "always one, Prefect's defaults": onDays({ policy: fixed(1), world: hurried }),
  "always one, prefetch 60 s, poll 5 s": onDays({ policy: fixed(1), world: ECS_WORLD }),
  "**look-ahead**, sleeps at zero": onDays({ policy: lookAhead(sleeper), world: ECS_WORLD }),
};
const faulty = {
  "look-ahead, supervised": tryPolicy({
    policy: shipped,
    world: EARLY_WORLD,
    seeds: faultSeeds,
    faults: ALL_FAULTS,
  }),
  "KEDA-like, unprotected": tryPolicy({
    policy: kedaLike(),
    world: EARLY_WORLD,
    seeds: faultSeeds.slice(0, 4),
    faults: ALL_FAULTS,
  }),
};
const verdicts = goals({
  submitters: {
    hurried: submitters["always one, Prefect's defaults"],
    early: submitters["always one, prefetch 60 s, poll 5 s"],
    sleeping: submitters["**look-ahead**, sleeps at zero"],
  },
  oracle,
  lookAhead: policies["**look-ahead**"],
  early,
  faulty: faulty["look-ahead, supervised"],
});

if (json) {
  console.log(
    JSON.stringify({ seeds, policies, early, slim, unsure, submitters, faulty, verdicts }, null, 2),
  );
} else {
  const seconds = (value: number | undefined): string =>
    value === undefined ? "–" : value.toFixed(value < 100 ? 1 : 0);
  const byTrace = (
    trials: Record<string, ByTrace>,
    cell: (row: ByTrace, name: keyof ByTrace) => string,
  ): Row[] =>
    Object.entries(trials).map(([name, row]) => [name, ...TRACE_NAMES.map((trace) => cell(row, trace))]);
  const waits = (row: ByTrace, name: keyof ByTrace): string =>
    `${seconds(row[name].scheduledP95)} · ${seconds(row[name].activeP95)} · ${seconds(row[name].fromZeroP95)}`;
  const cost = (row: ByTrace, name: keyof ByTrace): string => `$${row[name].dollarsPerDay.toFixed(2)}`;
  const against =
    (base: ByTrace) =>
    (row: ByTrace, name: keyof ByTrace): string =>
      `${waits(row, name)} · ${(row[name].dollarsPerDay / base[name].dollarsPerDay).toFixed(2)}×`;
  const killed = (row: ByTrace, name: keyof ByTrace): string => `${row[name].killed} of ${row[name].runs}`;
  const show = (title: string, rows: Row[]): void =>
    console.log(`### ${title}\n\n${table(["", ...TRACE_NAMES], rows)}\n`);

  console.log(
    `${seeds.length} held-out days of each trace. Waits are p95 in seconds: announced · unannounced`,
  );
  console.log("while a worker is there · unannounced from zero.\n");
  show(
    "Policies, with Prefect's defaults",
    byTrace(
      policies,
      (row, name) =>
        `${waits(row, name)} · ${cost(row, name)} · ${Math.round(row[name].killed / seeds.length)} killed`,
    ),
  );
  show(
    "Look-ahead against the clairvoyant: Prefect's defaults",
    byTrace({ clairvoyant: oracle, "look-ahead": policies["**look-ahead**"] }, against(oracle)),
  );
  show("The same with runs taken 20 s early", byTrace(early, against(early.clairvoyant)));
  show("The same with an image that starts in 24 s", byTrace(slim, against(slim.clairvoyant)));
  show(
    "What the look-ahead believes about durations, runs taken 20 s early",
    byTrace(unsure, against(early.clairvoyant)),
  );
  show(
    "Workers of type ecs, cost of workers and flows",
    byTrace(submitters, against(submitters["always one, Prefect's defaults"])),
  );
  show("Runs killed under outages, 429s, stale and duplicate looks, deployments", byTrace(faulty, killed));
  const met = (yes: boolean): string => (yes ? "met" : "**missed**");
  console.log(
    `### Goals\n\n${table(
      ["goal", "bound", "measured", ""],
      verdicts.map((v): Row => [v.goal, v.bound, v.measured, met(v.met)]),
    )}\n`,
  );
}
const runs = [
  ...Object.values(policies),
  ...Object.values(early),
  ...Object.values(slim),
  ...Object.values(unsure),
  ...Object.values(submitters),
  ...Object.values(faulty),
]
  .flatMap((row) => Object.values(row))
  .reduce((sum, { runs }) => sum + runs, 0);
console.error(`${runs} runs simulated in ${Math.round((performance.now() - started) / 1000)} s.`);
