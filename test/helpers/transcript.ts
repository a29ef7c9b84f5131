/** What somebody typed and what came of it, in a form that is the same for every run in which nothing changed. */
export interface Transcript {
  add(section: Section): void;
  /** A page of Markdown. */
  page(title: string, introduction: string): string;
}

export interface Section {
  readonly heading: string;
  /** What one should know before it, as a paragraph. */
  readonly says: string;
  /** What is typed after the program's name. */
  readonly argv: readonly string[];
  readonly stdout: string;
  readonly status: number;
  /** Typed before it, as `export …`. */
  readonly before?: string;
}

export function createTranscript(): Transcript {
  const sections: Section[] = [];
  return {
    add: (section) => sections.push(section),
    page: (title, introduction) => {
      const steady = steadyText();
      return [`# ${title}`, introduction, ...sections.map((section) => show(section, steady))].join("\n\n");
    },
  };
}

function show(
  { heading, says, argv, before, stdout, status }: Section,
  steady: (text: string) => string,
): string {
  const typed = [...(before ? [before] : []), `prefect-fargate ${argv.join(" ")}`].map((line) => `$ ${line}`);
  const ending = status === 0 ? [] : ["$ echo $?", `${status}`];
  const lines = [...typed, shortLogs(steady(stdout)).trimEnd(), ...ending];
  return `## ${heading}\n\n${says}\n\n\`\`\`\n${lines.join("\n")}\n\`\`\``;
}

/** What of a log is the same each time; the rest is an ellipsis. */
function shortLogs(text: string): string {
  const lines = text.split("\n");
  const log = lines.filter((line) => LOG_LINE.test(line));
  const sure = new Set(log.filter((line) => SURE_LINE.test(line)));
  const shown = sure.size < log.length ? [...sure, "…"] : [...sure];
  const first = lines.findIndex((line) => LOG_LINE.test(line));
  return lines
    .flatMap((line, index) => (!LOG_LINE.test(line) ? [line] : index === first ? shown : []))
    .join("\n");
}

type Rule = readonly [pattern: RegExp, by: string | ((found: string) => string)];

/** Whether a run was seen in one of these states depends on when one looks. */
const PASSING_STATE = /^\S+: (Scheduled|Late|Pending|Running)\b.*\n/gm;
/** A line of a log, and those that are in it whatever else Prefect says, and when. */
const LOG_LINE = /^\d{4}-\d\d-\d\dT\S+Z \S+ /;
const SURE_LINE = /Hello from|Finished in state|Worker '\S+' started/;

/**
 * Takes out of texts what differs from run to run: ids keep their look and are numbered as they come, times and durations are
 * those of a quiet day, and tables are set anew around what is left.
 */
function steadyText(): (text: string) => string {
  const flowRuns = new Set<string>();
  const numbered = numberer();
  const rules: readonly Rule[] = [
    [
      /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g,
      numbered((n) => `00000000-0000-4000-8000-${hex(n, 12)}`),
    ],
    [/\b[0-9a-f]{32}\b/g, numbered((n) => hex(n, 32))],
    [/(?<![\w-])[0-9a-f]{8}(?![\w-])/g, numbered((n) => hex(n, 8))],
    [
      /\(\/\S+\/(terraform|tofu|python3?)[\d.]*\)/g,
      (path) => `(/usr/bin/${/(\w+?)[\d.]*\)/.exec(path)![1]})`,
    ],
    [/http:\/\/127\.0\.0\.1:\d+/g, "https://api.prefect.cloud"],
    [/\b(sg|subnet|vpc|igw|nat|eipalloc)-[0-9a-f]{8,17}\b/g, (id) => `${id.split("-")[0]}-0a1b2c3d4e5f60718`],
    [/\bprefect-api-key-\w{6}\b/g, "prefect-api-key-AbCdEf"],
    [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?/g, "2026-01-05T09:00:00Z"],
    [/\b\d+ (s|min|h) ago\b/g, "9 s ago"],
    [/\b\d+(\.\d+)? (s|min)\b(?! ago)/g, "12 s"],
    [/\b(\d+)\.\d+\.\d+\b/g, "$1.x"],
  ];
  const steady = (text: string): string => {
    for (const [, name] of text.matchAll(/^Flow run (\S+) \(/gm)) flowRuns.add(name!);
    const named = [...flowRuns].reduce((changed, name) => changed.replaceAll(name, "quick-fox"), text);
    return rules.reduce((changed, [pattern, by]) => changed.replace(pattern, by as string), named);
  };
  return (text) =>
    text
      .replace(PASSING_STATE, "")
      .split("\n\n")
      .map((block) => (isTable(block) ? setAnew(block, steady) : steady(block)))
      .join("\n\n");
}

/** The same answer for the same thing, the next number for another. */
function numberer() {
  return (shape: (number: number) => string) => {
    const seen = new Map<string, string>();
    return (found: string): string => {
      if (!seen.has(found)) seen.set(found, shape(seen.size + 1));
      return seen.get(found)!;
    };
  };
}

const hex = (number: number, length: number): string =>
  number.toString(16).padStart(length, "a1b2c3d4e5f60718293a4b5c6d7e8f90");

/** Its first line is of words in capitals. */
const isTable = (block: string): boolean => /^[A-Z]+( {2,}[A-Z]+)+\n/.test(block);

function setAnew(block: string, steady: (text: string) => string): string {
  const lines = block.split("\n");
  const starts = [...lines[0]!.matchAll(/[A-Z]+/g)].map(({ index }) => index);
  const rows = lines
    .filter((line) => line !== "")
    .map((line) => starts.map((start, column) => steady(line.slice(start, starts[column + 1]).trim())));
  const widths = starts.map((_start, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
