import { formatExpression, LINE_WIDTH } from "./hcl-expression.ts";
import { type Assignment, alignAssignments, comment } from "./hcl-layout.ts";
import { quoteTemplate, templateToHcl } from "./hcl-string.ts";
import { soleExpression } from "./template.ts";

/**
 * Terraform's JSON syntax in the HCL a person would write, already as `terraform fmt` leaves it.
 * Every string is a template, as in Terraform's JSON: see template.ts for text that people wrote.
 */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Which keys are nested blocks, as a tree. Everything else is an argument. */
export interface NestedBlocks {
  readonly [name: string]: NestedBlocks;
}

export interface BlockOptions {
  readonly nested?: NestedBlocks;
  /** A comment above the block. */
  readonly note?: string | undefined;
  /** Comments above its arguments. */
  readonly argumentNotes?: Readonly<Record<string, string>>;
  /** Arguments that are types, not values: the `type` of a variable. */
  readonly bare?: readonly string[];
  /** Arguments that stand before the others. @default - the given order */
  readonly leading?: readonly string[];
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;
/** Arguments that name things instead of holding text. */
const REFERENCES = new Set([
  "depends_on",
  "ignore_changes",
  "replace_triggered_by",
  "provider",
  "from",
  "to",
]);
const LIFECYCLE: NestedBlocks = { lifecycle: { precondition: {}, postcondition: {} } };
/** What says which instances there are stands first, apart from the rest. */
const META_FIRST = ["for_each", "count", "source", "version"];
const TRAILING = ["tags", "depends_on", "lifecycle"];

/** One block: `resource "aws_vpc" "this" { … }`. */
export function renderBlock(
  type: string,
  labels: readonly string[],
  body: JsonObject,
  options: BlockOptions = {},
) {
  const head = [type, ...labels.map((label) => quoteTemplate(label))].join(" ");
  const text = renderBody(body, "  ", options);
  const note = options.note === undefined ? "" : `${comment(options.note)}\n`;
  return text ? `${note}${head} {\n${text}\n}\n` : `${note}${head} {}\n`;
}

/** Blocks one below the other, an empty line between them. */
export const joinBlocks = (blocks: readonly string[]): string => blocks.join("\n");

/** A value on the right of `=`. `column` is where it starts. */
export function renderValue(value: Json, indent = "", column = indent.length): string {
  if (typeof value === "string")
    return templateToHcl(value, (source) => formatExpression(source, indent, column));
  if (value === null || typeof value !== "object") return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => renderValue(item, indent)).join(", ")}]`;
    if (column + line.length <= LINE_WIDTH && !line.includes("\n")) return line;
    return `[\n${value.map((item) => `${inner}${renderValue(item, inner)},\n`).join("")}${indent}]`;
  }
  const entries = defined(value as JsonObject).map(([key, item]) => {
    const name = IDENTIFIER.test(key) ? key : quoteTemplate(key);
    return { key: name, value: renderValue(item, inner, inner.length + name.length + 3) };
  });
  if (entries.length === 0) return "{}";
  const [first] = entries;
  const line = `{ ${first!.key} = ${first!.value} }`;
  if (entries.length === 1 && column + line.length <= LINE_WIDTH && !line.includes("\n")) return line;
  return `{\n${alignAssignments(entries, inner)}\n${indent}}`;
}

function renderBody(body: JsonObject, indent: string, options: BlockOptions): string {
  const nested = { ...LIFECYCLE, ...options.nested };
  const first: Assignment[] = [];
  const middle: Assignment[] = [];
  const blocks: string[] = [];
  const last: { key: string; text: string }[] = [];
  for (const [key, value] of inOrder(defined(body), options.leading ?? [])) {
    if (key === "dynamic") {
      blocks.push(...dynamicBlocks(value as JsonObject, indent, nested));
    } else if (nested[key] && value !== null && typeof value === "object") {
      for (const content of Array.isArray(value) ? value : [value]) {
        const note = options.argumentNotes?.[key];
        const block = nestedBlock(key, content as JsonObject, indent, nested[key]!, options.leading);
        const text = note === undefined ? block : `${comment(note, indent)}\n${block}`;
        if (TRAILING.includes(key)) last.push({ key, text });
        else blocks.push(text);
      }
    } else {
      const column = indent.length + key.length + 3;
      const assignment: Assignment = {
        key,
        value: argument(key, value, indent, column, options),
        note: options.argumentNotes?.[key],
      };
      if (META_FIRST.includes(key)) first.push(assignment);
      else if (TRAILING.includes(key)) last.push({ key, text: alignAssignments([assignment], indent) });
      else middle.push(assignment);
    }
  }
  last.sort((a, b) => TRAILING.indexOf(a.key) - TRAILING.indexOf(b.key));
  const paragraphs = [
    alignAssignments(first, indent),
    alignAssignments(middle, indent),
    ...blocks,
    ...last.map(({ text }) => text),
  ];
  return paragraphs.filter(Boolean).join("\n\n");
}

function argument(key: string, value: Json, indent: string, column: number, options: BlockOptions): string {
  if (options.bare?.includes(key)) return formatExpression(String(value), indent, column);
  if (!REFERENCES.has(key)) return renderValue(value, indent, column);
  if (!Array.isArray(value)) return named(String(value));
  const names = value.map((item) => named(String(item)));
  const line = `[${names.join(", ")}]`;
  if (column + line.length <= LINE_WIDTH) return line;
  return `[\n${names.map((name) => `${indent}  ${name},\n`).join("")}${indent}]`;
}

/** `${aws_vpc.this}` where Terraform wants the name itself. */
const named = (name: string): string => soleExpression(name) ?? name;

function nestedBlock(
  name: string,
  content: JsonObject,
  indent: string,
  nested: NestedBlocks,
  leading: readonly string[] = [],
): string {
  const text = renderBody(content, `${indent}  `, { nested, leading });
  return text ? `${indent}${name} {\n${text}\n${indent}}` : `${indent}${name} {}`;
}

function dynamicBlocks(dynamic: JsonObject, indent: string, nested: NestedBlocks): string[] {
  const inner = `${indent}  `;
  return Object.entries(dynamic).map(([name, described]) => {
    const { for_each, content } = described as { for_each: Json; content: JsonObject };
    return [
      `${indent}dynamic "${name}" {`,
      `${inner}for_each = ${renderValue(for_each, inner, inner.length + "for_each = ".length)}`,
      "",
      nestedBlock("content", content, inner, nested[name] ?? {}),
      `${indent}}`,
    ].join("\n");
  });
}

const defined = (object: JsonObject): [string, Json][] =>
  Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined);

/** Leading names first; the rest keeps its order. */
function inOrder(entries: [string, Json][], leading: readonly string[]): [string, Json][] {
  const rank = ([key]: [string, Json]) => {
    const at = leading.indexOf(key);
    return at < 0 ? leading.length : at;
  };
  return entries.sort((a, b) => rank(a) - rank(b));
}
