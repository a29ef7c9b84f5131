import type { ByTrace } from "../src/scaling/simulator/compare.ts";
import type { Summary } from "../src/scaling/simulator/summary.ts";
import { TRACE_NAMES, type TraceName } from "../src/scaling/simulator/traces.ts";

const PANEL = { width: 300, height: 210, left: 46, right: 16, top: 30, bottom: 34 };
const COLUMNS = 3;
const LEGEND_HEIGHT = 44;

/** Logarithmic. */
const SECONDS = { from: 0.5, to: 20_000, ticks: [1, 10, 60, 600, 7_200] };
/** Of the clairvoyant's cost. Dearer policies stand at the end of the axis. */
const COST = { from: 0.5, to: 2, ticks: ["0.5×", "1×", "1.5×", "≥ 2×"] };

const SAFE = "#2a78b5";
const KILLS = "#c8442d";
const INK = "#777777";

/** A panel per trace: what a day costs, and how long 95 of 100 runs wait at most. Left and low is good. The first
 *  policy is the clairvoyant. */
export function plot(policies: Readonly<Record<string, ByTrace>>): string {
  const rows = Math.ceil(TRACE_NAMES.length / COLUMNS);
  const width = COLUMNS * PANEL.width;
  const height = rows * PANEL.height + LEGEND_HEIGHT;
  const panels = TRACE_NAMES.map((name, index) => {
    const x = (index % COLUMNS) * PANEL.width;
    const y = Math.floor(index / COLUMNS) * PANEL.height;
    return `<g transform="translate(${x} ${y})">${panel(name, policies)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11" fill="${INK}">`,
    "<title>Wait and cost of a day under each policy, on six traces</title>",
    ...panels,
    legend(Object.keys(policies), height - LEGEND_HEIGHT),
    "</svg>\n",
  ].join("\n");
}

function panel(trace: TraceName, policies: Readonly<Record<string, ByTrace>>): string {
  const unannounced = trace === "steady ad-hoc";
  const wait = (day: Summary): number => (unannounced ? day.activeP95 : day.scheduledP95) ?? 0;
  const rows = Object.values(policies);
  const costOf = (day: Summary): number => day.dollarsPerDay / rows[0]![trace].dollarsPerDay;
  const dots = rows.map((row, index) =>
    dot(index + 1, xOf(costOf(row[trace])), yOf(wait(row[trace])), row[trace].killed > 0),
  );
  const bottom = PANEL.height - PANEL.bottom;
  const right = PANEL.width - PANEL.right;
  return [
    `<text x="${PANEL.left}" y="18" font-weight="600">${trace}${unannounced ? " (unannounced runs)" : ""}</text>`,
    `<path d="M${PANEL.left} ${PANEL.top}V${bottom}H${right}" fill="none" stroke="${INK}"/>`,
    ...SECONDS.ticks.map((seconds) => tickText(PANEL.left - 6, yOf(seconds) + 4, "end", duration(seconds))),
    ...COST.ticks.map((text) =>
      tickText(xOf(Number.parseFloat(text.replace("≥", ""))), bottom + 14, "middle", text),
    ),
    ...dots,
  ].join("");
}

function dot(label: number, x: number, y: number, kills: boolean): string {
  const [left, top] = [x.toFixed(1), y.toFixed(1)];
  return (
    `<circle cx="${left}" cy="${top}" r="7.5" fill="${kills ? KILLS : SAFE}" stroke="#ffffff" stroke-width="0.8"/>` +
    `<text x="${left}" y="${(y + 3.5).toFixed(1)}" text-anchor="middle" font-size="10" fill="#ffffff">${label}</text>`
  );
}

function legend(names: readonly string[], top: number): string {
  const entries = names.map((name, index) => `${index + 1} ${name}`).join("   ");
  return (
    `<text x="${PANEL.left}" y="${top + 16}" xml:space="preserve">${entries}</text>` +
    `<text x="${PANEL.left}" y="${top + 34}"><tspan fill="${SAFE}">●</tspan> kills no run   <tspan fill="${KILLS}">●</tspan> kills runs.` +
    " Across: cost of a day against the clairvoyant's. Up: how long 95 of 100 runs wait at most.</text>"
  );
}

const tickText = (x: number, y: number, anchor: string, text: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;

const duration = (seconds: number): string =>
  seconds >= 3_600 ? `${seconds / 3_600} h` : seconds >= 60 ? `${seconds / 60} min` : `${seconds} s`;

const xOf = (cost: number): number => {
  const share = (Math.min(COST.to, Math.max(COST.from, cost)) - COST.from) / (COST.to - COST.from);
  return PANEL.left + share * (PANEL.width - PANEL.left - PANEL.right);
};

/** Waits shorter than the axis begins lie on it. */
const yOf = (seconds: number): number => {
  const share =
    Math.log(Math.max(seconds, SECONDS.from) / SECONDS.from) / Math.log(SECONDS.to / SECONDS.from);
  return PANEL.height - PANEL.bottom - share * (PANEL.height - PANEL.top - PANEL.bottom);
};
