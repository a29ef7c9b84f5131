import * as z from "zod";
import { configSchema } from "./schema.ts";

/** As much of JSON Schema as the config's schema uses. */
export interface JsonSchema {
  type?: string;
  description?: string;
  /** Where no literal can say it: shown in the reference, left out of the published schema. */
  defaultInWords?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | false;
  [keyword: string]: unknown;
}

/** What a config file may hold, as JSON Schema. */
export const configJsonSchema = (): JsonSchema =>
  z.toJSONSchema(configSchema, { io: "input", reused: "inline" }) as JsonSchema;

/** All schemas that may describe the value at `path`: several where a value may have several forms. */
export function schemasAt(root: JsonSchema, path: readonly PropertyKey[]): JsonSchema[] {
  let schemas = [root];
  for (const part of path) schemas = schemas.flatMap(formsOf).flatMap((schema) => childrenOf(schema, part));
  return schemas;
}

/** The forms a value may have: itself, or the branches of a choice. */
export const formsOf = (schema: JsonSchema): JsonSchema[] => schema.oneOf ?? schema.anyOf ?? [schema];

function childrenOf(schema: JsonSchema, part: PropertyKey): JsonSchema[] {
  const child =
    typeof part === "number"
      ? schema.items
      : (schema.properties?.[String(part)] ?? (schema.additionalProperties || undefined));
  return child === undefined ? [] : [child];
}
