import type { ByTrace } from "../src/scaling/simulator/compare.ts";
import { TRACE_NAMES } from "../src/scaling/simulator/traces.ts";
import type { Verdict } from "./scaling-goals.ts";
import { type Row, table } from "./table.ts";

export type Trials = Readonly<Record<string, ByTrace>>;

export interface Results {
  /** Whether the days were left alone while the defaults were chosen. */
  readonly heldOut: boolean;
  /** Of each trace. */
  readonly days: number;
  readonly policies: Trials;
  readonly early: Trials;
  readonly slim: Trials;
  readonly unsure: Trials;
  readonly submitters: Trials;
  readonly faulty: Trials;
  readonly verdicts: readonly Verdict[];
}

/** The results as tables. */
export function report(results: Results): string {
  const { heldOut, days, policies, early, slim, unsure, submitters, faulty, verdicts } = results;
  const dollarsAndKills: Cell = (row, name) => {
    const { dollarsPerDay, killed } = row[name];
    return `${waits(row, name)} · $${dollarsPerDay.toFixed(2)} · ${Math.round(killed / days)} killed`;
  };
  const kills: Cell = (row, name) => `${row[name].killed} of ${row[name].runs}`;
  const beside = { clairvoyant: policies.clairvoyant!, "look-ahead": policies["look-ahead"]! };
  return [
    `${days} ${heldOut ? "held-out" : "tuning"} days of each trace. Waits are p95 in seconds: announced · unannounced while a worker is there ·`,
    "unannounced from zero.",
    section("Policies, with Prefect's defaults", policies, dollarsAndKills),
    section(
      "Look-ahead against the clairvoyant, with Prefect's defaults",
      beside,
      costTimes("clairvoyant", beside),
    ),
    section("The same with runs taken 20 s early", early, costTimes("clairvoyant", early)),
    section("The same with an image that starts in 24 s", slim, costTimes("clairvoyant", slim)),
    section(
      "When the look-ahead is mistaken, runs taken 20 s early",
      unsure,
      costTimes("clairvoyant", early),
    ),
    section(
      "Workers of type ecs: cost of worker and flow runs",
      submitters,
      costTimes("always one, Prefect's defaults", submitters),
    ),
    section("Runs killed under outages, 429s, stale and duplicate looks, deployments", faulty, kills),
    `\n### Goals\n\n${table(["goal", "bound", "measured", ""], verdicts.map(toRow))}`,
  ].join("\n");
}

type Cell = (row: ByTrace, name: keyof ByTrace) => string;

function section(title: string, trials: Trials, cell: Cell): string {
  const rows = Object.entries(trials).map(([name, row]) => [
    name,
    ...TRACE_NAMES.map((trace) => cell(row, trace)),
  ]);
  return `\n### ${title}\n\n${table(["", ...TRACE_NAMES], rows)}`;
}

/** The waits, and the cost as a multiple of one trial's. */
function costTimes(base: string, trials: Trials): Cell {
  return (row, name) => {
    const ratio = row[name].dollarsPerDay / trials[base]![name].dollarsPerDay;
    return `${waits(row, name)} · ${ratio.toFixed(2)}×`;
  };
}

const waits: Cell = (row, name) => {
  const { scheduledP95, activeP95, fromZeroP95 } = row[name];
  return [scheduledP95, activeP95, fromZeroP95].map(seconds).join(" · ");
};

const seconds = (value: number | undefined): string =>
  value === undefined ? "–" : value.toFixed(value < 100 ? 1 : 0);

const toRow = ({ goal, bound, measured, met }: Verdict): Row => [
  goal,
  bound,
  measured,
  met ? "met" : "**missed**",
];
