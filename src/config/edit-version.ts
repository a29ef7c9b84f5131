/** A config's text with another major version of Prefect in it, and what differs. */
export interface VersionEdit {
  readonly text: string;
  /** 1 is the first. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** What is no code: comments and texts, which may speak of versions too. */
const NO_CODE = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|`(?:\\[\s\S]|[^`\\])*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
/** What follows a text that is a name. */
const COLON = /^\s*:/;
const VERSION = /(["']?)\bversion\1\s*:\s*([23])(?![\w.])/g;
const PREFECT = /(["']?)\bprefect\1\s*:\s*\{/g;

/**
 * Sets `prefect.version` where the text leaves no doubt about where it stands: one literal, or one `prefect: {` without
 * any. Undefined otherwise. It is a guess at code that may compute anything: whoever writes it reads it back first.
 */
export function editVersion(text: string, from: 2 | 3, to: 2 | 3): VersionEdit | undefined {
  const code = blankOut(text);
  const sections = [...code.matchAll(PREFECT)];
  const versions = [...code.matchAll(VERSION)];
  if (sections.length !== 1) return undefined;
  const section = sections[0]!;
  const start = section.index + section[0].length;
  if (versions.length === 0) return insertion(text, start, section[1]!, to);
  const [found] = versions;
  if (versions.length > 1 || found!.index < start || Number(found![2]) !== from) return undefined;
  const at = found!.index + found![0].length - 1;
  return edited(text, text.slice(0, at) + to + text.slice(at + 1), at);
}

/** The text with blanks where it is no code, so that places in it are the same. */
const blankOut = (text: string): string =>
  text.replace(NO_CODE, (found, at: number) => {
    const isName = /^["']/.test(found) && COLON.test(text.slice(at + found.length));
    return isName ? found : found.replace(/[^\n]/g, " ");
  });

/** A config that says no version gets the line that says it. */
function insertion(text: string, at: number, quote: string, to: number): VersionEdit {
  const rest = text.slice(at);
  const indent = /^\s*\n([ \t]*)/.exec(rest)?.[1];
  const isEmpty = /^\s*\}/.test(rest);
  const field = `${quote}version${quote}: ${to}`;
  const added = indent === undefined || isEmpty ? ` ${field}${isEmpty ? " " : ","}` : `\n${indent}${field},`;
  const after = text.slice(0, at) + added + rest;
  return edited(text, after, indent === undefined || isEmpty ? at : at + 1);
}

function edited(before: string, after: string, at: number): VersionEdit {
  const line = before.slice(0, at).split("\n").length;
  const lineOf = (text: string) => text.split("\n")[line - 1]?.trim() ?? "";
  return { text: after, line, before: lineOf(before), after: lineOf(after) };
}
