import type { AttributeChange } from "#engine/plan-attributes.ts";

/** Longer values say nothing on a screen. */
const LONGEST_SHOWN = 60;
/** Values of environment variables may be passwords. */
const HIDDEN = "(hidden)";

type Path = readonly (string | number)[];

/** An attribute's change as sentences; JSON in it is opened, so that one changed image is one line. */
export function describeAttribute(attribute: AttributeChange): string[] {
  const { name, isSensitive, isKnownAfterApply } = attribute;
  if (isSensitive) return [`${name}: ${HIDDEN}`];
  if (isKnownAfterApply) return [`${name}: ${show(attribute.before)} → known after apply`];
  return compare(opened(attribute.before), opened(attribute.after), [name]);
}

function compare(before: unknown, after: unknown, path: Path): string[] {
  if (JSON.stringify(before ?? null) === JSON.stringify(after ?? null)) return [];
  if (isNothing(before) && isNothing(after)) return [];
  const variables = asVariables(before, after, path);
  if (variables) return variables;
  const pairs = pairUp(before, after);
  if (pairs) return pairs.flatMap(([key, a, b]) => compare(a, b, [...path, key]));
  return [`${written(path)}: ${show(before)} → ${show(after)}`];
}

/** To the AWS provider an empty text, list or object is as good as none. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);

/** Two objects by their keys, two lists of the same length by their places. */
function pairUp(before: unknown, after: unknown): [string | number, unknown, unknown][] | undefined {
  if (
    Array.isArray(before) &&
    Array.isArray(after) &&
    before.length === after.length &&
    before.some(isObject)
  )
    return before.map((item, index) => [index, item, after[index]]);
  if (!isObject(before) || !isObject(after)) return undefined;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].map((key) => [key, before[key], after[key]]);
}

/** `environment` of a container: a list of names and values, told by name and without the values. */
function asVariables(before: unknown, after: unknown, path: Path): string[] | undefined {
  if (path.at(-1) !== "environment" || !(isVariables(before) || isVariables(after))) return undefined;
  const old = byName(before);
  const now = byName(after);
  const names = [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => old.get(name) !== now.get(name),
  );
  return names.map((name) => {
    const change = !old.has(name) ? "added" : now.has(name) ? "another value" : "removed";
    return `variable ${name}: ${change}`;
  });
}

interface Variable {
  readonly name: string;
  readonly value?: string;
}

const isVariables = (value: unknown): value is Variable[] =>
  Array.isArray(value) && value.every((item) => isObject(item) && typeof item.name === "string");

const byName = (value: unknown): Map<string, string | undefined> =>
  new Map(isVariables(value) ? value.map(({ name, value: text }) => [name, text]) : []);

/** Terraform keeps policies and containers as JSON text. */
function opened(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** `container_definitions[0].image`; a container's place in a list of one is no news. */
const written = (path: Path): string =>
  path
    .map((key, index) =>
      typeof key === "number" ? (key === 0 ? "" : `[${key}]`) : index === 0 ? key : `.${key}`,
    )
    .join("");

function show(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
