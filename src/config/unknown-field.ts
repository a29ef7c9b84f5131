import { showPath } from "./field-path.ts";
import { formsOf, type JsonSchema } from "./json-schema.ts";
import { nearest } from "./nearest.ts";
import type { Place, Problem } from "./problems.ts";
import { HIDDEN, looksLikeKey } from "./show-value.ts";

/** Says what was probably meant by a field that nobody knows: a neighbour, another form's field, or another place. */
export function describeUnknownField(key: string, { path, value, forms: choices, schema }: Place): Problem {
  const owner = path.length === 0 ? "the config" : showPath(path);
  const shown = looksLikeKey(key) ? HIDDEN : key;
  const problem = { path: showPath([...path, shown]), sentence: `${shown} is not a field of ${owner}.` };
  const forms = choices.flatMap(formsOf);

  const otherForm = forms.find(({ properties }) => properties && Object.hasOwn(properties, key));
  if (otherForm) {
    const kind = JSON.stringify(otherForm.properties?.kind?.const);
    const fix = `Set kind: ${kind}, or remove ${shown}`;
    return { ...problem, sentence: `${shown} is a field of kind: ${kind} only.`, fix, isEdit: true };
  }

  const known = [...new Set(forms.flatMap((form) => Object.keys(form.properties ?? {})))].sort();
  const free = known.filter((field) => !Object.hasOwn(value as object, field));
  const meant = nearest(key, free) ?? placesOf(key, schema)[0];
  if (meant) return { ...problem, fix: `Write ${meant} instead of ${shown}`, isEdit: true };
  return { ...problem, works: `Its fields are ${known.join(", ")}.` };
}

/** Every place in the schema that has a field of this name. */
function placesOf(key: string, schema: JsonSchema, path: readonly string[] = []): string[] {
  return formsOf(schema).flatMap(({ properties = {}, additionalProperties }) => [
    ...(Object.hasOwn(properties, key) ? [showPath([...path, key])] : []),
    ...Object.entries(properties).flatMap(([name, child]) => placesOf(key, child, [...path, name])),
    ...(additionalProperties ? placesOf(key, additionalProperties, [...path, "NAME"]) : []),
  ]);
}
