import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configJsonSchema, formsOf, type JsonSchema } from "../src/config/json-schema.ts";
import { configDocuments } from "./document-config.ts";

const root = dirname(import.meta.dirname);

describe("the pages about the config", () => {
  it("are in step with the schema; node tools/document-config.ts writes them", async () => {
    for (const [path, text] of Object.entries(await configDocuments()))
      expect(await readFile(join(root, path), "utf8"), path).toBe(text);
  });

  it("have a sentence for every field", () => {
    const undescribed = (schema: JsonSchema, path: string): string[] =>
      formsOf(schema).flatMap((form) => [
        ...Object.entries(form.properties ?? {}).flatMap(([name, field]) => [
          ...(field.description?.endsWith(".") ? [] : [`${path}.${name}`]),
          ...undescribed(field, `${path}.${name}`),
        ]),
        ...(form.additionalProperties ? undescribed(form.additionalProperties, `${path}.NAME`) : []),
      ]);
    expect(undescribed(configJsonSchema(), "")).toEqual([]);
  });
});
