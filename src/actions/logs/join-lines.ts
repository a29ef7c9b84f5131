import type { LogLine } from "./log-line.ts";

/** How Prefect writes a log to the console: `12:00:01.123 | INFO    | Flow run 'quick-fox' - Hello`. */
const CONSOLE_PREFIX = /^\d\d:\d\d:\d\d\.\d{3} \| [A-Z]+\s*\| .*? - /;

/**
 * Joins what Prefect kept of a run with what its task printed. Prefect's logging goes to both, so what the task printed is
 * left out as far as Prefect has it; what is left is what never reached Prefect: the start, the pip install, a
 * traceback of the interpreter. Keeps state, so that lines can come in portions.
 */
export function lineJoiner(): (kept: readonly LogLine[], printed: readonly LogLine[]) => LogLine[] {
  const known = new Map<string, number>();
  return (kept, printed) => {
    for (const { text } of kept) for (const line of contentLines(text)) count(known, line, 1);
    const extra = printed.filter(({ text }) => {
      const content = text.replace(CONSOLE_PREFIX, "").trim();
      if (content !== "" && !known.get(content)) return true;
      count(known, content, -1);
      return false;
    });
    return [...kept, ...extra].sort((a, b) => a.at.getTime() - b.at.getTime());
  };
}

const contentLines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

const count = (known: Map<string, number>, line: string, by: number): void =>
  void known.set(line, (known.get(line) ?? 0) + by);
