import { isObject, type Json, type JsonObject } from "./job-template.ts";
import { equal } from "./json-path.ts";

/** One change of a base job template, to be shown. Undefined: nothing there. */
export interface TemplateChange {
  /** `variables.properties.cluster.default` */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Stands for the value of an environment variable: people keep passwords there. */
const HIDDEN = "(hidden)";

/** What differs, as deep down as it can be said, with the values of environment variables hidden. */
export function templateDiff(before: JsonObject, after: JsonObject): TemplateChange[] {
  return compare(before, after, []);
}

function compare(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly string[],
): TemplateChange[] {
  if (equal(before, after)) return [];
  const inEnvironment = isEnvironment(path);
  const pairs = inEnvironment ? undefined : pairUp(before, after);
  if (pairs) return pairs.flatMap(([key, a, b]) => compare(a, b, [...path, key]));
  if (inEnvironment && isObject(before ?? {}) && isObject(after ?? {}))
    return compareVariables((before ?? {}) as JsonObject, (after ?? {}) as JsonObject, path);
  return [{ path: written(path), before: withoutValues(before, path), after: withoutValues(after, path) }];
}

/** Two objects by their keys; two lists of objects of the same length by their places. */
function pairUp(before: Json | undefined, after: Json | undefined) {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].map((key) => [key, before[key], after[key]] as const);
  }
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return undefined;
  if (![...before, ...after].every(isObject)) return undefined;
  return before.map((item, index) => [String(index), item, after[index]] as const);
}

/** `env` of a job configuration, `variables.properties.env.default`, a container's `environment`. */
function isEnvironment(path: readonly string[]): boolean {
  const tail = path.slice(-3).join(".");
  return (
    path.at(-1) === "environment" || tail === "job_configuration.env" || tail === "properties.env.default"
  );
}

function compareVariables(before: JsonObject, after: JsonObject, path: readonly string[]): TemplateChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !equal(before[name], after[name]))
    .map((name) => ({
      path: written([...path, name]),
      before: hide(before[name]),
      after: hide(after[name]),
    }));
}

/** A list of containers that is shown as a whole has environments inside. */
function withoutValues(value: Json | undefined, path: readonly string[]): Json | undefined {
  if (isEnvironment(path)) return hideAll(value);
  if (Array.isArray(value))
    return value.map((item, index) => withoutValues(item, [...path, String(index)]) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutValues(item, [...path, key]) ?? null]),
  );
}

function hideAll(value: Json | undefined): Json | undefined {
  if (Array.isArray(value))
    return value.map((item) =>
      isObject(item) && "value" in item ? { ...item, value: hide(item.value) ?? null } : item,
    );
  if (!isObject(value)) return hide(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hide(item) ?? null]));
}

/** Null and a bare placeholder give nothing away. */
function hide(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return value;
  return typeof value === "string" && /^\{\{[^{}]*\}\}$/.test(value) ? value : HIDDEN;
}

const written = (path: readonly string[]): string =>
  path.map((key, index) => (/^\d+$/.test(key) ? `[${key}]` : index === 0 ? key : `.${key}`)).join("");
