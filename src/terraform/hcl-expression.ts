import { alignAssignments } from "./hcl-layout.ts";
import { endOfGroup, endOfString } from "./template.ts";

/**
 * Lays out a Terraform expression as a person would: short ones in a line, long calls, lists and objects
 * over several, indented and aligned as `terraform fmt` wants them.
 */
export const LINE_WIDTH = 110;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const OPENERS = "([{";
/** Objects with more entries than this get a line for each. */
const ENTRIES_IN_A_LINE = 2;

type Piece = string | Group;
interface Group {
  readonly open: string;
  readonly close: string;
  /** Comma-separated items; a `for` expression is one item. */
  readonly items: readonly Piece[][];
  readonly isFor: boolean;
}

/** `source` on one or more lines; the first line starts at `column`, further lines are indented by `indent`. */
export function formatExpression(source: string, indent = "", column = indent.length): string {
  return layOut(parse(source), indent, column);
}

function layOut(pieces: readonly Piece[], indent: string, column: number): string {
  const line = inLine(pieces);
  if (!mustBreak(pieces) && column + line.length <= LINE_WIDTH) return line;
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") text += piece;
    else {
      const lastLine = text.slice(text.lastIndexOf("\n") + 1);
      text += broken(piece, indent, text.includes("\n") ? lastLine.length : column + lastLine.length);
    }
  }
  return text;
}

function broken(group: Group, indent: string, column: number): string {
  const { open, close, items } = group;
  if (items.length === 0) return open + close;
  const [only] = items;
  const line = inLine([group]);
  if (!mustBreak([group]) && column + line.length <= LINE_WIDTH) return line;
  if (open !== "{" && !group.isFor && items.length === 1 && hugs(only!))
    return open + layOut(only!, indent, column + 1) + close;
  const inner = `${indent}  `;
  if (group.isFor) return `${open}\n${forLines(only!, inner)}\n${indent}${close}`;
  if (open === "{") {
    const entries = items.map((item) => {
      const { key, value } = entryOf(item);
      return { key, value: layOut(value, inner, inner.length + key.length + 3) };
    });
    return `{\n${alignAssignments(entries, inner)}\n${indent}}`;
  }
  const lines = items.map((item) => inner + layOut(item, inner, inner.length));
  const comma = open === "[" ? "," : "";
  return `${open}\n${lines.join(",\n")}${comma}\n${indent}${close}`;
}

/** The head of a `for` expression on a line of its own, then its body. */
function forLines(pieces: readonly Piece[], indent: string): string {
  const at = pieces.findIndex((piece) => typeof piece === "string" && / :( |$)/.test(piece));
  const divider = pieces[at] as string;
  const [before, after] = divider.split(/ :(?: |$)(.*)/s);
  const head = inLine([...pieces.slice(0, at), before!]);
  const body = layOut([after ?? "", ...pieces.slice(at + 1)].filter(Boolean), indent, indent.length);
  return `${indent}${head} :\n${indent}${body.trimStart()}`;
}

/** `jsonencode({` and `toset([`: a call's only argument shares its brackets' lines. */
const hugs = (item: readonly Piece[]): boolean => {
  const last = item.at(-1);
  return typeof last === "object" && last.open !== "(" && item.length === 1;
};

const mustBreak = (pieces: readonly Piece[]): boolean =>
  pieces.some(
    (piece) =>
      typeof piece === "object" &&
      ((piece.open === "{" && !piece.isFor && piece.items.length > ENTRIES_IN_A_LINE) ||
        piece.items.some((item) => mustBreak(item))),
  );

const inLine = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      const { open, close, items, isFor } = piece;
      const texts = items.map((item) => {
        if (open !== "{" || isFor) return inLine(item);
        const { key, value } = entryOf(item);
        return `${key} = ${inLine(value)}`;
      });
      const space = open === "{" && items.length > 0 ? " " : "";
      return open + space + texts.join(", ") + space + close;
    })
    .join("");

/** `"name" = value` taken apart; a key that can stand without quotes does. */
function entryOf(item: readonly Piece[]): { key: string; value: Piece[] } {
  const at = item.findIndex(
    (piece) => typeof piece === "string" && /(^|[^=!<>])=($|[^=>])/.test(outsideStrings(piece)),
  );
  const text = item[at] as string;
  const equals = outsideStrings(text).search(/=($|[^=>])/);
  const written = (inLine(item.slice(0, at)) + text.slice(0, equals)).trim();
  const bare = written.slice(1, -1);
  const key = written.startsWith('"') && IDENTIFIER.test(bare) ? bare : written;
  const rest = text.slice(equals + 1).trimStart();
  return { key, value: [...(rest ? [rest] : []), ...item.slice(at + 1)] };
}

/** Same length, with the contents of strings blanked out. */
function outsideStrings(text: string): string {
  let out = "";
  for (let at = 0; at < text.length; ) {
    const end = text[at] === '"' ? endOfString(text, at) : at + 1;
    out += text[at] === '"' ? "_".repeat(end - at) : text[at];
    at = end;
  }
  return out;
}

function parse(source: string): Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  for (let at = 0; at < source.length; ) {
    const character = source[at]!;
    if (character === '"') {
      const end = endOfString(source, at);
      text += source.slice(at, end);
      at = end;
    } else if (OPENERS.includes(character)) {
      const end = endOfGroup(source, at);
      if (text) pieces.push(text);
      text = "";
      pieces.push(parseGroup(source.slice(at, end)));
      at = end;
    } else {
      text += character;
      at += 1;
    }
  }
  if (text) pieces.push(text);
  return pieces;
}

function parseGroup(source: string): Group {
  const inner = source.slice(1, -1).trim();
  const isFor = /^for\s/.test(inner);
  const items = isFor ? [inner] : splitItems(inner);
  return { open: source[0]!, close: source.at(-1)!, items: items.map(parse), isFor };
}

function splitItems(source: string): string[] {
  const items: string[] = [];
  let from = 0;
  for (let at = 0; at < source.length; ) {
    const character = source[at]!;
    if (character === '"') at = endOfString(source, at);
    else if (OPENERS.includes(character)) at = endOfGroup(source, at);
    else {
      if (character === ",") {
        items.push(source.slice(from, at).trim());
        from = at + 1;
      }
      at += 1;
    }
  }
  items.push(source.slice(from).trim());
  return items.filter(Boolean);
}
