/**
 * How well scaling works, in the simulator, on days that were not used for tuning. Tables in Markdown:
 *
 *     npm exec -- node bench/scaling.ts            all of it, some four minutes
 *     npm exec -- node bench/scaling.ts --quick    two days of each trace and a tenth of the faults
 *     npm exec -- node bench/scaling.ts --tuning   on the days that the defaults were chosen on
 *     npm exec -- node bench/scaling.ts --json     the numbers alone
 *     npm exec -- node bench/scaling.ts --svg docs/scaling.svg    wait against cost, drawn as well
 */
import { writeFileSync } from "node:fs";
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
import { FAULT_SEEDS, HELD_OUT_SEEDS, TUNING_SEEDS } from "../src/scaling/simulator/seeds.ts";
import { EARLY_WORLD, ECS_WORLD, PROCESS_WORLD, SLIM_COLD_START } from "../src/scaling/simulator/world.ts";
import { goals } from "./scaling-goals.ts";
import { plot } from "./scaling-plot.ts";
import { report, type Trials } from "./scaling-report.ts";

const flags = {
  quick: { type: "boolean" },
  tuning: { type: "boolean" },
  json: { type: "boolean" },
  svg: { type: "string" },
} as const;
const { quick, tuning, json, svg } = parseArgs({ options: flags }).values;
const days = tuning ? TUNING_SEEDS : HELD_OUT_SEEDS;
const seeds = quick ? days.slice(0, 2) : days;
const faultSeeds = quick ? FAULT_SEEDS.slice(0, 4) : FAULT_SEEDS;

let runs = 0;
function on(trial: Omit<Trial, "seeds"> & Partial<Trial>): ByTrace {
  const outcome = tryPolicy({ seeds, ...trial });
  runs += outcome["all six"].runs;
  return outcome;
}

const started = performance.now();
const settings = { workerType: "process", maxWorkers: 60 } as const;
const shipped = lookAhead(scalingSettings(settings));

const world = PROCESS_WORLD;
const policies: Trials = {
  clairvoyant: on({ policy: clairvoyant(world), world }),
  "look-ahead": on({ policy: shipped, world }),
  "Lambda 10 s": on({ policy: reactive(), world }),
  "KEDA-like 30 s": on({ policy: kedaLike(), world }),
  "CPU 20 s": on({ policy: cpuTracking(20), world }),
  "CPU 60 s": on({ policy: cpuTracking(60), world }),
  "fixed 2": on({ policy: fixed(2), world }),
  "fixed 45": on({ policy: fixed(45), world }),
};

const early = {
  clairvoyant: on({ policy: clairvoyant(EARLY_WORLD), world: EARLY_WORLD }),
  "look-ahead": on({ policy: shipped, world: EARLY_WORLD }),
};

const slimWorld = { ...EARLY_WORLD, coldStart: SLIM_COLD_START };
const forSlim = lookAhead(scalingSettings({ ...settings, coldStartSeconds: SLIM_COLD_START.p95 }));
const slim = {
  clairvoyant: on({ policy: clairvoyant(slimWorld), world: slimWorld }),
  "look-ahead": on({ policy: forSlim, world: slimWorld }),
};

const unsure = {
  "durations known": early["look-ahead"],
  "taken for twice as long": on({ policy: shipped, world: EARLY_WORLD, estimate: 2 }),
  "taken for half as long": on({ policy: shipped, world: EARLY_WORLD, estimate: 0.5 }),
  "not known at all": on({ policy: shipped, world: EARLY_WORLD, estimate: null }),
  "runs take 8 to 14 s to start": on({
    policy: shipped,
    world: { ...EARLY_WORLD, runStart: { p50: 8, p95: 14 } },
  }),
};

const asPrefectDoes = { ...ECS_WORLD, prefetchSeconds: 10, pollSeconds: 10 };
const sleeper = lookAhead(scalingSettings({ workerType: "ecs", maxWorkers: 1 }));
const submitters = {
  "always one, Prefect's defaults": on({ policy: fixed(1), world: asPrefectDoes }),
  "always one, prefetch 60 s, poll 5 s": on({ policy: fixed(1), world: ECS_WORLD }),
  "look-ahead, sleeps at zero": on({ policy: sleeper, world: ECS_WORLD }),
};

const faulty = {
  "look-ahead, supervised": on({
    policy: shipped,
    world: EARLY_WORLD,
    seeds: faultSeeds,
    faults: ALL_FAULTS,
  }),
  "KEDA-like, unprotected": on({
    policy: kedaLike(),
    world: EARLY_WORLD,
    seeds: faultSeeds.slice(0, 4),
    faults: ALL_FAULTS,
  }),
};

const verdicts = goals({
  oracle: policies.clairvoyant!,
  lookAhead: policies["look-ahead"]!,
  early,
  submitters: {
    asPrefectDoes: submitters["always one, Prefect's defaults"],
    early: submitters["always one, prefetch 60 s, poll 5 s"],
    sleeping: submitters["look-ahead, sleeps at zero"],
  },
  faulty: faulty["look-ahead, supervised"],
});

const results = {
  heldOut: !tuning,
  days: seeds.length,
  policies,
  early,
  slim,
  unsure,
  submitters,
  faulty,
  verdicts,
};
console.log(json ? JSON.stringify({ seeds, ...results }, null, 2) : report(results));
if (svg) {
  const { "fixed 45": _beyondTheAxis, ...drawn } = policies;
  writeFileSync(svg, plot(drawn));
}
console.error(`${runs} runs simulated in ${Math.round((performance.now() - started) / 1000)} s.`);
