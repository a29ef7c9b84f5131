import type { ByTrace } from "../src/scaling/simulator/compare.ts";
import type { Summary } from "../src/scaling/simulator/summary.ts";
import { TRACE_NAMES } from "../src/scaling/simulator/traces.ts";

export interface Verdict {
  readonly goal: string;
  readonly bound: string;
  /** The worst of the six traces, and which it is. */
  readonly measured: string;
  readonly met: boolean;
}

export interface Measured {
  readonly oracle: ByTrace;
  readonly lookAhead: ByTrace;
  /** Both with runs taken 20 s early. */
  readonly early: { readonly clairvoyant: ByTrace; readonly "look-ahead": ByTrace };
  /** Workers of type `ecs`: with Prefect's defaults, submitting early, and asleep in between. */
  readonly submitters: Readonly<Record<"asPrefectDoes" | "early" | "sleeping", ByTrace>>;
  readonly faulty: ByTrace;
}

/** What was promised, and whether it holds on every trace. */
export function goals({ oracle, lookAhead, early, submitters, faulty }: Measured): Verdict[] {
  const costRatio = (own: ByTrace, base: ByTrace) => (name: keyof ByTrace) =>
    own[name].dollarsPerDay / base[name].dollarsPerDay;
  const p95 = (of: (day: Summary) => number | undefined, rows: ByTrace) => (name: keyof ByTrace) =>
    of(rows[name]);
  const scheduled = (day: Summary): number | undefined => day.scheduledP95;
  const { runs, killed } = faulty["all six"];
  return [
    worst("announced runs wait, p95", 5, " s", p95(scheduled, lookAhead)),
    worst("… longer than with the clairvoyant", 1.5, " s", (name) => {
      const [own, best] = [lookAhead[name].scheduledP95, oracle[name].scheduledP95];
      return own === undefined || best === undefined ? undefined : own - best;
    }),
    worst("cost against the clairvoyant", 1.2, "×", costRatio(lookAhead, oracle)),
    together("unannounced runs wait while a worker is there, p95", 15, lookAhead, (day) => ({
      value: day.activeP95,
      runs: day.activeRuns,
    })),
    together("unannounced runs wait from zero, p95", 65, lookAhead, (day) => ({
      value: day.fromZeroP95,
      runs: day.fromZeroRuns,
    })),
    worst(
      "from the queue's change to the wish, p95",
      12,
      " s",
      p95((day) => day.reactionP95, lookAhead),
    ),
    worst("stretch, 20 s early: announced runs wait, p95", 1, " s", p95(scheduled, early["look-ahead"])),
    worst("stretch, 20 s early: cost", 1.1, "×", costRatio(early["look-ahead"], early.clairvoyant)),
    worst("ecs: announced runs wait, p95", 3.5, " s", p95(scheduled, submitters.sleeping)),
    worst("ecs: cost of submitting early", 1.13, "×", costRatio(submitters.early, submitters.asPrefectDoes)),
    { goal: "runs killed, with all faults", bound: "0", measured: `${killed} of ${runs}`, met: killed === 0 },
  ];
}

/** Some traces have few such runs, so they are judged together; the worst trace is told as well. */
function together(
  goal: string,
  limit: number,
  rows: ByTrace,
  measure: (day: Summary) => { value: number | undefined; runs: number },
): Verdict {
  const { value = 0, runs } = measure(rows["all six"]);
  const byTrace = TRACE_NAMES.map((name) => ({ name, ...measure(rows[name]) })).filter(
    (trace) => trace.runs > 0,
  );
  const worstTrace = byTrace.reduce((one, other) => ((other.value ?? 0) > (one.value ?? 0) ? other : one));
  return {
    goal,
    bound: `≤ ${limit} s`,
    measured: `${value.toFixed(1)} s of ${runs} (worst: ${worstTrace.value?.toFixed(1)} s of ${worstTrace.runs}, ${worstTrace.name})`,
    met: value <= limit,
  };
}

function worst(
  goal: string,
  limit: number,
  unit: string,
  measure: (name: keyof ByTrace) => number | undefined,
): Verdict {
  const values = TRACE_NAMES.map((name) => ({ name, value: measure(name) })).filter(
    (entry): entry is { name: (typeof TRACE_NAMES)[number]; value: number } => entry.value !== undefined,
  );
  const { name, value } = values.reduce((one, other) => (other.value > one.value ? other : one));
  return {
    goal,
    bound: `≤ ${limit}${unit}`,
    measured: `${value.toFixed(2)}${unit} (${name})`,
    met: value <= limit,
  };
}
