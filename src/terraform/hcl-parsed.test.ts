import { parse } from "@cdktn/hcl2json";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allModules } from "#infra/modules.ts";
import { withApp } from "#infra/with-app.ts";
import { blockSchema } from "./block-schema.ts";
import { type Json, type JsonObject, type NestedBlocks, renderBlock } from "./hcl.ts";
import { quoteTemplate } from "./hcl-string.ts";
import { moduleFiles } from "./module-files.ts";
import { synthesize } from "./synthesize.ts";
import { escapeTemplates, soleExpression } from "./template.ts";

/** On a busy machine. */
const TIMEOUT_MS = 120_000;

/** HashiCorp's own parser, which gives every block as a list and every expression as a template. */
const parsed = async (hcl: string): Promise<JsonObject> =>
  (await parse("main.tf", hcl)) as unknown as JsonObject;

const identifier = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const argumentName = identifier.map((name) => `a_${name}`);
const blockName = identifier.map((name) => `b_${name}`);
const text = fc
  .string({ unit: fc.constantFrom("$", "%", "{", "}", '"', "\\", "\n", "\t", "~", "#", "/", "é", "a", " ") })
  .map((plain) => escapeTemplates(plain) as string);
const reference = fc.tuple(identifier, identifier).map(([one, other]) => `\${var.${one}.${other}}`);
const template = fc
  .tuple(fc.stringMatching(/^[a-z -]{1,8}$/), reference)
  .map(([before, inside]) => `${before}${inside}`);
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    reference,
    template,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(identifier, tie("value"), { maxKeys: 4 }),
  ),
})).value;

/** What a block holds, which of it are blocks, and what the parser must say of it. */
interface Sample {
  readonly body: JsonObject;
  readonly nested: NestedBlocks;
  readonly expected: JsonObject;
}

const sample: fc.Arbitrary<Sample> = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc
    .tuple(
      fc.dictionary(argumentName, value, { maxKeys: 4 }),
      fc.oneof(
        { depthSize: "small" },
        fc.constant({}),
        fc.dictionary(blockName, fc.array(tie("sample"), { minLength: 1, maxLength: 3 }), { maxKeys: 2 }),
      ),
    )
    .map(([given, blocks]) => sampleOf(given, blocks)),
})).sample;

function sampleOf(given: JsonObject, blocks: Readonly<Record<string, readonly Sample[]>>): Sample {
  const each = <T>(read: (contents: readonly Sample[]) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(blocks).map(([name, contents]) => [name, read(contents)]));
  return {
    body: { ...given, ...each((contents) => contents.map(({ body }) => body)) },
    nested: each((contents) => Object.assign({}, ...contents.map(({ nested }) => nested))),
    expected: {
      ...given,
      ...each((contents) => contents.map(({ expected }) => expected)),
    },
  };
}

/** The parser takes the escape out of some `%%{` and leaves it in others; that Terraform reads them right is tested with Terraform. */
function withoutDirectives(item: Json): Json {
  if (typeof item === "string") return item.replaceAll("%%{", "%{");
  if (Array.isArray(item)) return item.map(withoutDirectives);
  if (item === null || typeof item !== "object") return item;
  return mapped(item as JsonObject, withoutDirectives);
}

describe("what the renderer writes, read by a parser", () => {
  test(
    "is the JSON that it came from: arguments, blocks in blocks, text, templates",
    async () => {
      await fc.assert(
        fc.asyncProperty(sample, async ({ body, nested, expected }) => {
          const hcl = renderBlock("resource", ["aws_thing", "this"], body, { nested });
          expect(withoutDirectives(await parsed(hcl))).toEqual({
            resource: { aws_thing: { this: [withoutDirectives(expected)] } },
          });
        }),
        { numRuns: 200 },
      );
    },
    TIMEOUT_MS,
  );
});

describe("the modules' files, read by a parser", () => {
  const modules = withApp((app) =>
    allModules.map((module) => ({
      name: module.interface.name,
      synthesized: synthesize(module.stack(app)),
      interface: module.interface,
    })),
  );

  test.each(modules)("$name is the JSON that its constructs gave", async ({ synthesized, ...module }) => {
    const files = moduleFiles(module.interface, synthesized);
    const read = await parsed(
      Object.entries(files)
        .filter(([file]) => file.endsWith(".tf"))
        .map(([, hcl]) => hcl)
        .join("\n"),
    );
    const given = await readAlike(asParsed(synthesized.json));
    expect(withoutLayout(read)).toEqual(withoutLayout(given));
  });
});

type Blocks = Readonly<Record<string, JsonObject>>;

/** A stack's JSON as the parser gives the same in HCL: a list for each block, types and names as expressions. */
function asParsed({ terraform, locals, variable = {}, output = {}, resource = {}, data = {} }: JsonObject) {
  const instances = (kind: "resource" | "data", types: Json) =>
    mapped(types as JsonObject, (named, type) =>
      mapped(named as JsonObject, (body) => [block(body as JsonObject, blockSchema[kind][type] ?? {})]),
    );
  const parts = {
    terraform: [block(terraform as JsonObject, { required_providers: {} })],
    // They stand beside what uses them, in several blocks.
    locals,
    variable: mapped(variable as Blocks, ({ type, ...body }) => [
      { type: `\${${type}}`, ...block(body, { validation: {} }) },
    ]),
    output: mapped(output as Blocks, (body) => [block(body, { precondition: {} })]),
    resource: instances("resource", resource),
    data: instances("data", data),
  };
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => Object.keys(part ?? {}).length > 0),
  ) as JsonObject;
}

const mapped = <T>(object: Readonly<Record<string, T | undefined>>, change: (item: T, key: string) => Json) =>
  Object.fromEntries(Object.entries(object).map(([key, item]) => [key, change(item!, key)]));

const LIFECYCLE: NestedBlocks = { lifecycle: { precondition: {}, postcondition: {} } };
/** What names things instead of holding text. */
const NAMES = ["depends_on", "ignore_changes", "replace_triggered_by"];

function block(body: JsonObject, schema: NestedBlocks): JsonObject {
  const nested = { ...LIFECYCLE, ...schema };
  return mapped(body, (item: Json, key) => {
    if (key === "dynamic")
      return mapped(item as Blocks, ({ for_each, content }, name) => [
        { for_each: for_each!, content: [block(content as JsonObject, nested[name] ?? {})] },
      ]);
    if (NAMES.includes(key))
      return (item as string[]).map((name) => (name.startsWith("${") ? name : `\${${name}}`));
    if (!nested[key] || item === null || typeof item !== "object") return item;
    return [item].flat().map((content) => block(content as JsonObject, nested[key]!));
  });
}

/** The parser says of `${["a"]}` that it is a list, and of a condition in a text that it is a directive: it reads the JSON's own too. */
async function readAlike(json: JsonObject): Promise<JsonObject> {
  const found: string[] = [];
  const collect = (item: Json | undefined): void => {
    if (typeof item === "string") {
      if (item.includes("${")) found.push(item);
    } else if (item && typeof item === "object") for (const inner of Object.values(item)) collect(inner);
  };
  collect(json);
  const lines = found.map((item, index) => `e${index} = ${soleExpression(item) ?? quoteTemplate(item)}\n`);
  const read = await parsed(lines.join(""));
  const values = new Map(found.map((item, index) => [item, read[`e${index}`]!]));
  const replace = (item: Json): Json => {
    if (typeof item === "string") return values.get(item) ?? item;
    if (Array.isArray(item)) return item.map(replace);
    if (item === null || typeof item !== "object") return item;
    return mapped(item as JsonObject, replace);
  };
  return replace(json) as JsonObject;
}

/** Expressions are laid out anew: line ends, commas at the end, quotes around keys. Locals are one block again. */
function withoutLayout(json: JsonObject): Json {
  const compact = (item: Json): Json => {
    if (typeof item === "string")
      return item.includes("${") ? item.replaceAll(/[\s,"]/g, "") : item.replaceAll("%%{", "%{");
    if (Array.isArray(item)) return item.map(compact);
    if (item === null || typeof item !== "object") return item;
    return mapped(item as JsonObject, compact);
  };
  const locals = Array.isArray(json.locals) ? Object.assign({}, ...json.locals) : json.locals;
  return compact(locals === undefined ? json : { ...json, locals });
}
