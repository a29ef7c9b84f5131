import { formsOf, type JsonSchema } from "../src/config/json-schema.ts";

/** A part of the config that gets a table of its own. */
interface Section {
  readonly path: string;
  readonly schema: JsonSchema;
}

/** Every field of a config with sentence, type and default, as Markdown. */
export function configReference(schema: JsonSchema): string {
  return sectionsOf("", schema).map(renderSection).join("\n\n");
}

/** An object first, then the objects in it, in the order of the schema. */
function sectionsOf(path: string, schema: JsonSchema): Section[] {
  const inner = formsOf(schema).flatMap((form) => [
    ...Object.entries(form.properties ?? {}).map(([name, child]) => [join(path, name), child] as const),
    ...(isNamedMap(form) ? [[`${path}.NAME`, form.additionalProperties as JsonSchema] as const] : []),
  ]);
  return [
    { path, schema },
    ...inner.filter(([, child]) => hasFields(child)).flatMap(([name, child]) => sectionsOf(name, child)),
  ];
}

function renderSection({ path, schema }: Section): string {
  const forms = formsOf(schema);
  const title = path === "" ? "## The config" : `## \`${path}\``;
  const tables = forms.map((form) => [...kindLine(forms, form), ...table(form, path)].join("\n"));
  return [title, schema.description ?? "", ...tables].filter((part) => part !== "").join("\n\n");
}

/** The field by which several forms are told apart. */
function kindLine(forms: readonly JsonSchema[], { properties = {} }: JsonSchema): string[] {
  if (forms.length < 2) return [];
  const [field, schema] = Object.entries(properties).find(([, { const: value }]) => value !== undefined)!;
  return [`With \`${field}: ${JSON.stringify(schema.const)}\`:`, ""];
}

function table({ properties = {}, additionalProperties }: JsonSchema, path: string): string[] {
  const fields = Object.entries(properties);
  if (fields.length === 0 && additionalProperties)
    return [`Names are yours; each holds [\`${path}.NAME\`](#${anchor(`${path}.NAME`)}).`];
  return [
    "| field | type | default | meaning |",
    "| --- | --- | --- | --- |",
    ...fields.map(([name, field]) =>
      row([`\`${name}\``, typeOf(field, join(path, name)), defaultOf(field), field.description ?? ""]),
    ),
  ];
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

function typeOf(schema: JsonSchema, path: string): string {
  if (hasFields(schema)) return `[object](#${anchor(path)})`;
  const forms = formsOf(schema);
  if (forms.length > 1) return forms.map((form) => typeOf(form, path)).join(" or ");
  const { type, items, additionalProperties, minimum, maximum } = schema;
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum)
    return type === "integer" && schema.enum.length > 3
      ? `one of ${schema.enum.join(", ")}`
      : schema.enum.map(code).join(" or ");
  if (type === "array") return `list of ${plural(typeOf(items ?? {}, path))}`;
  if (type === "object") return `map of ${plural(typeOf(additionalProperties || {}, path))}`;
  if (type === "integer" && minimum !== undefined) return `${minimum} to ${maximum}`;
  return type === "string" ? "text" : (type ?? "anything");
}

function defaultOf(schema: JsonSchema): string {
  const { defaultInWords, default: value } = schema;
  if (defaultInWords !== undefined) return defaultInWords;
  if (value === undefined) return "required";
  if (JSON.stringify(value) === "{}") return hasFields(schema) ? "its defaults" : "none";
  return code(value);
}

const hasFields = (schema: JsonSchema): boolean =>
  formsOf(schema).some((form) => form.properties !== undefined || isNamedMap(form));

/** A map whose values are objects with fields, such as the workers. */
const isNamedMap = ({ additionalProperties }: JsonSchema): boolean =>
  typeof additionalProperties === "object" && additionalProperties.properties !== undefined;

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;
const plural = (type: string): string => (type === "text" ? "texts" : type);
/** How GitHub makes an anchor of a heading. */
const anchor = (path: string): string => path.toLowerCase().replace(/[^a-z0-9-]/g, "");
