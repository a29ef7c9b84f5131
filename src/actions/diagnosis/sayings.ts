import type { Evidence, TaskEvidence } from "./evidence.ts";

/** Something that AWS or a worker said, ready to be quoted. */
export interface Saying {
  readonly text: string;
  /** The text with its place in front: `task 1a2b3c4d stopped: …`. */
  readonly quote: string;
  /** 0 = by the newest task or of right now; larger = older, and more likely overcome since. */
  readonly age: number;
}

/**
 * Tasks that Fargate could not start may be told in the service's messages alone.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */
const UNPLACED = /was unable to place a task\.? Reason: (.*)$/s;

/** AWS tells the decisive thing last, after the services that it went through. */
const LONGEST_QUOTE = 700;

/** Whoever calls StopTask gives a reason in words of their own. */
const BY_SOMEBODY = "UserInitiated";

/** Why tasks stopped or never ran, in AWS's own words: of tasks, their containers, and of the service. */
export function stopSayings({ tasks, service }: Evidence): Saying[] {
  const ofTasks = tasks.flatMap((task, age) => {
    if (task.stopCode === BY_SOMEBODY) return [];
    const reasons = [task.stoppedReason, ...task.containers.map(({ reason }) => reason)];
    return unique(reasons).map((text) => ({ text, quote: `${nameOf(task)}: ${shortened(text)}`, age }));
  });
  const ofService = (service?.events ?? []).flatMap((event, age) => {
    const text = UNPLACED.exec(event)?.[1];
    return text ? [{ text, quote: quoteOf(event), age }] : [];
  });
  return [...ofTasks, ...ofService];
}

/**
 * The end of each task's log as one text without line breaks, as Prefect breaks its sentences at the width of a
 * terminal, and without the frames around nested tracebacks.
 */
export function logSayings({ tasks, told }: Evidence): Saying[] {
  const ofTasks = tasks.map((task, age) => ({
    text: asOneText(task.log),
    quote: `${nameOf(task)} logged`,
    age,
  }));
  const ofPrefect = { text: asOneText(told), quote: "Prefect was told", age: 0 };
  return [ofPrefect, ...ofTasks].filter(({ text }) => text !== "");
}

/** The first place in the logs that matches, with the sentence around it to be quoted. */
export function findInLogs(
  evidence: Evidence,
  pattern: RegExp,
): (Saying & { match: RegExpExecArray }) | undefined {
  for (const saying of logSayings(evidence)) {
    const match = pattern.exec(saying.text);
    if (!match) continue;
    return { ...saying, match, quote: `${saying.quote}: ${shortened(match[0])}` };
  }
  return undefined;
}

/** The scheduler puts the service's name in front itself: `(service dev-worker) has started 1 tasks: …`. */
export const quoteOf = (event: string): string =>
  shortened(event.replace(/^\(service ([^)]+)\)/, "service $1:"));

/** `task 1a2b3c4d`: as much of the id as tells tasks apart. */
export const nameOf = ({ id }: TaskEvidence): string => `task ${id.slice(0, 8)}`;

const asOneText = (lines: readonly string[]): string =>
  lines
    .map((line) => line.replace(/^[\s|+-]+/, "").trim())
    .filter(Boolean)
    .join(" ");

export const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE - 1)}…` : line;
};

const unique = (texts: readonly (string | undefined)[]): string[] => [
  ...new Set(texts.filter((text) => text !== undefined && text !== "") as string[]),
];
