import type * as z from "zod";
import type { Complaint } from "./complaint.ts";
import { fieldName, showPath, valueAt } from "./field-path.ts";
import { configJsonSchema, formsOf, type JsonSchema, schemasAt } from "./json-schema.ts";
import { nearest } from "./nearest.ts";
import { HIDDEN, looksLikeKey, showValue } from "./show-value.ts";
import { describeUnknownField } from "./unknown-field.ts";
import { either } from "./words.ts";

/** One thing wrong with a config, in sentences. */
export interface Problem {
  /** `workers["dev-worker"].memoryMiB`; empty for the config as a whole. */
  readonly path: string;
  /** What is wrong, with the value received. */
  readonly sentence: string;
  /** What would work. */
  readonly works?: string;
  /** What to do: an imperative sentence without full stop. */
  readonly fix?: string;
  /** The fix is a change to the file and nothing else, so the file's name may follow it. */
  readonly isEdit?: boolean;
}

/** Where an issue lies: the value there, and the forms it may have. */
export interface Place {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
  readonly forms: readonly JsonSchema[];
  readonly schema: JsonSchema;
}

type Issue = z.core.$ZodIssue;
type Locate = (path: readonly PropertyKey[]) => Place;

/** Makes problems of what zod reports. */
export function describeProblems(issues: readonly Issue[], input: unknown): Problem[] {
  const schema = configJsonSchema();
  const locate: Locate = (path) => {
    const forms = schemasAt(schema, path);
    return { path, value: valueAt(input, path), forms, schema };
  };
  return issues.flatMap((issue) => describe(issue, locate));
}

function describe(issue: Issue, locate: Locate): Problem[] {
  const place = locate(issue.path);
  switch (issue.code) {
    case "custom":
      return [fromComplaint(issue.params!.complaint as Complaint, place)];
    case "unrecognized_keys":
      return issue.keys.map((key) => describeUnknownField(key, place));
    case "invalid_value":
      return [wrongChoice(issue.values, place)];
    case "invalid_type":
      return [wrongType([issue.expected], place)];
    case "invalid_union":
      return issue.discriminator === undefined
        ? wrongForm(issue.errors, place, locate)
        : [wrongChoice(place.forms.map((form) => form.const).filter(Boolean), place)];
    default:
      return [
        { path: showPath(place.path), sentence: `${subject(place)} cannot be used: ${issue.message}.` },
      ];
  }
}

function fromComplaint({ verdict, works, suggestion, remedy, aboutKey }: Complaint, place: Place): Problem {
  if (aboutKey) {
    const key = String(place.path.at(-1));
    const hidden = looksLikeKey(key);
    const shown = hidden ? HIDDEN : JSON.stringify(key);
    const fix = hidden ? undefined : remedy;
    return { path: showPath(place.path.slice(0, -1)), sentence: `${shown} ${verdict}.`, works, fix };
  }
  const problem = { path: showPath(place.path), sentence: `${subject(place)} ${verdict}.`, works };
  if (remedy !== undefined) return { ...problem, fix: remedy };
  return suggestion === undefined ? problem : { ...problem, fix: setTo(place, suggestion), isEdit: true };
}

function wrongChoice(choices: readonly unknown[], place: Place): Problem {
  const texts = choices.map((choice) => JSON.stringify(choice));
  const meant = choices.length === 1 ? choices[0] : nearestChoice(choices, String(place.value));
  return {
    path: showPath(place.path),
    sentence: `${subject(place)} is not ${choices.length === 1 ? texts[0] : `one of ${texts.join(", ")}`}.`,
    fix: meant === undefined ? `Set ${fieldName(place.path)} to ${either(texts)}` : setTo(place, meant),
    isEdit: true,
  };
}

function nearestChoice(choices: readonly unknown[], written: string): unknown {
  const texts = choices.filter((choice) => typeof choice === "string");
  return choices.find((choice) => String(choice) === written) ?? nearest(written, texts);
}

/** No form fits. If one comes close, its inner problem is the interesting one. */
function wrongForm(branches: readonly (readonly Issue[])[], place: Place, locate: Locate): Problem[] {
  const issues = branches.flat();
  const inner = issues.filter((issue) => issue.path.length > 0);
  if (inner.length > 0)
    return inner.flatMap((issue) => describe({ ...issue, path: [...place.path, ...issue.path] }, locate));
  return [
    wrongType(
      issues.flatMap((issue) => (issue.code === "invalid_type" ? issue.expected : [])),
      place,
    ),
  ];
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function wrongType(expected: readonly string[], place: Place): Problem {
  const fields = place.forms.flatMap(formsOf).flatMap((form) => Object.keys(form.properties ?? {}));
  return {
    path: showPath(place.path),
    sentence: `${subject(place)} is not ${either(expected.map((type) => TYPE_WORDS[type] ?? type))}.`,
    works: fields.length > 0 ? `Its fields are ${fields.sort().join(", ")}.` : undefined,
    fix: place.path.length === 0 ? undefined : converted(expected[0], place),
    isEdit: true,
  };
}

/** What the person would have written with the right type, where it can be guessed. */
function converted(expected: string | undefined, place: Place): string | undefined {
  const { value, path } = place;
  if (value === null) return `Leave ${fieldName(path)} out to get its default`;
  if (typeof value === "object" || showValue(value, path) === HIDDEN) return undefined;
  const text = String(value).trim();
  if (expected === "number" && /^-?\d+(\.\d+)?$/.test(text)) return setTo(place, Number(text));
  if (expected === "boolean" && /^(true|false)$/i.test(text))
    return setTo(place, text.toLowerCase() === "true");
  if (expected === "string" && /^(number|boolean)$/.test(typeof value)) return setTo(place, text);
  if (expected === "array" && typeof value === "string") return setTo(place, [value]);
  return undefined;
}

/** "memoryMiB 3000", or "The config" for the whole. */
function subject({ path, value, forms }: Place): string {
  if (path.length === 0) return `The config, ${showValue(value)},`;
  if (value === undefined) {
    const byDefault = forms.find((form) => form.default !== undefined)?.default;
    return byDefault === undefined
      ? fieldName(path)
      : `${fieldName(path)} ${showValue(byDefault)}, its default,`;
  }
  if (typeof value === "object" && value !== null) return fieldName(path);
  return `${fieldName(path)} ${showValue(value, path)}`;
}

function setTo({ path }: Place, value: unknown): string {
  const text = JSON.stringify(value);
  const field = path.at(-1);
  return typeof field === "number" ? `Write ${text} there` : `Set ${showPath([String(field)])}: ${text}`;
}
