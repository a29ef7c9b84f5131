import type { LogLevel, LogLine } from "#actions/logs/log-line.ts";
import type { Display } from "./display.ts";

const COLOURS: Readonly<Partial<Record<LogLevel, "red" | "yellow" | "gray">>> = {
  CRITICAL: "red",
  ERROR: "red",
  WARNING: "yellow",
  DEBUG: "gray",
};
/** As much of a task's id as tells tasks apart; "prefect" is as long. */
const ORIGIN = 8;
const LEVEL = 8;

/** When, who, how grave, what. A text of several lines repeats the front on each, so that `grep` finds whole facts. */
export function showLogLine({ at, source, task, level, text }: LogLine, { paint }: Display): string[] {
  const origin = (source === "task" ? (task ?? "task").slice(0, ORIGIN) : source).padEnd(ORIGIN);
  const colour = level && COLOURS[level];
  const front = `${paint("gray", at.toISOString())} ${origin} `;
  const grave = level === undefined ? "" : `${level.padEnd(LEVEL)} `;
  return text.split("\n").map((line) => {
    const said = `${grave}${line}`.trimEnd();
    return front + (colour ? paint(colour, said) : said);
  });
}
