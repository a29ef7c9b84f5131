import type { Json, JsonObject } from "./hcl.ts";

/**
 * What a Terraform module takes and gives, as data: constructs implement it when modules are built, the root calls
 * it when a config is applied, README tables and variables.tf come from it. Nothing here needs cdktn.
 */

/** A condition on an input; Terraform checks it before anything is planned. */
export interface Validation {
  /** A Terraform expression over `var.<name>`. */
  readonly condition: string;
  readonly message: string;
}

interface InputOptions<T> {
  readonly default?: T;
  readonly validation?: readonly Validation[];
  readonly sensitive?: boolean;
  /** Never written to plan or state. */
  readonly ephemeral?: boolean;
}

/** How a value of the input's type is read by constructs. */
export type InputKind = "string" | "number" | "boolean" | "strings" | "map" | "objects" | "objectMap";

export interface Input<T, Optional extends boolean = boolean> extends InputOptions<T> {
  readonly kind: InputKind;
  /** Terraform's type constraint. */
  readonly type: string;
  readonly description: string;
  readonly optional: Optional;
}

export interface Output<T> {
  readonly description: string;
  /** Only a type: what constructs must give and calls get. */
  readonly value?: T;
}

const kindOf = <T>(kind: InputKind, type: string) => {
  function input(description: string, options: InputOptions<T> & { default: T }): Input<T, true>;
  function input(description: string, options?: InputOptions<T>): Input<T, false>;
  function input(description: string, options: InputOptions<T> = {}): Input<T> {
    return { kind, type, description, optional: "default" in options, ...options };
  }
  return input;
};

/** What a module can take. */
export const input = {
  string: kindOf<string>("string", "string"),
  optionalString: kindOf<string | null>("string", "string"),
  number: kindOf<number>("number", "number"),
  optionalNumber: kindOf<number | null>("number", "number"),
  boolean: kindOf<boolean>("boolean", "bool"),
  strings: kindOf<readonly string[]>("strings", "list(string)"),
  optionalStrings: kindOf<readonly string[] | null>("strings", "list(string)"),
  map: kindOf<Readonly<Record<string, string>>>("map", "map(string)"),
  /** Blocks that there may be any number of. `fields` is Terraform's object type, `T` is ours. */
  objects: <T extends object>(fields: string) =>
    kindOf<readonly T[]>("objects", `list(object({ ${fields} }))`),
  /** What exists once for each key: keys must be known before an apply, values need not. */
  objectMap: <T extends object>(fields: string) =>
    kindOf<Readonly<Record<string, T>>>("objectMap", `map(object({ ${fields} }))`),
};

/** What a module can give. */
export const output = {
  string: (description: string): Output<string> => ({ description }),
  strings: (description: string): Output<string[]> => ({ description }),
};

// biome-ignore lint/suspicious/noExplicitAny: an input of any type.
export type Inputs = Readonly<Record<string, Input<any>>>;
export type Outputs = Readonly<Record<string, Output<unknown>>>;
export type ValueOf<I> = I extends Input<infer T> ? T : never;
type RequiredKeys<I extends Inputs> = {
  [K in keyof I]: I[K] extends Input<unknown, true> ? never : K;
}[keyof I];

/** A value Terraform learns elsewhere: `${module.network.vpc_id}`. */
export type Reference = string & { readonly reference: true };
/** A reference by its Terraform expression, without `${}`: `reference("module.network.vpc_id")`. */
export const reference = (expression: string): Reference => `\${${expression}}` as Reference;

/** Arguments of a call. Text in them is a template: text that people wrote is escaped already. */
export type Arguments<I extends Inputs> = {
  readonly [K in RequiredKeys<I>]: ValueOf<I[K]> | Reference;
} & { readonly [K in keyof I]?: ValueOf<I[K]> | Reference };

/** What a module takes and gives, as data. */
export interface ModuleInterface<I extends Inputs = Inputs, O extends Outputs = Outputs> {
  /** Folder under modules/. */
  readonly name: string;
  /** What it is for and what AWS charges for it: the opening of its README. */
  readonly description: string;
  /** Its variables, by their names here: `memoryMiB` is `memory_mib` in Terraform. */
  readonly inputs: I;
  /** Its outputs, by their names here. */
  readonly outputs: O;
  /** A call a reader can copy. */
  readonly example: Arguments<I>;
}

/** Keeps the types of inputs and outputs. */
export const defineInterface = <const I extends Inputs, const O extends Outputs>(
  definition: ModuleInterface<I, O>,
): ModuleInterface<I, O> => definition;

/** A `module` block, and references to what it gives. */
export interface ModuleCall<O extends Outputs> {
  /** The block's label, by which its outputs are referred to. */
  readonly label: string;
  /** What stands in the block: `renderBlock` writes it. */
  readonly body: JsonObject;
  /** References to the module's outputs, for other calls. */
  readonly outputs: { readonly [K in keyof O]: Reference };
}

export interface CallOptions {
  /** One instance for each entry of this map. */
  readonly forEach?: Reference;
  /** Where the modules lie, seen from the root. @default "./modules" */
  readonly modules?: string;
}

/** The `module` block of a call, and references to what it gives. A missing or mistyped argument does not compile. */
export function callModule<I extends Inputs, O extends Outputs>(
  { name, inputs, outputs }: ModuleInterface<I, O>,
  label: string,
  args: Arguments<I>,
  { forEach, modules = "./modules" }: CallOptions = {},
): ModuleCall<O> {
  const given = Object.keys(inputs)
    .filter((key) => (args as JsonObject)[key] !== undefined)
    .map((key) => [terraformName(key), argumentValue(inputs[key]!, (args as JsonObject)[key] as Json)]);
  return {
    label,
    body: { source: `${modules}/${name}`, for_each: forEach, ...Object.fromEntries(given) },
    outputs: Object.fromEntries(
      Object.keys(outputs).map((key) => [key, reference(`module.${label}.${terraformName(key)}`)]),
    ) as { [K in keyof O]: Reference },
  };
}

/** An argument as Terraform wants it: the names in objects are Terraform's too. */
export function argumentValue({ kind }: Input<unknown>, value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (kind === "objects") return (value as readonly JsonObject[]).map(withTerraformNames);
  if (kind !== "objectMap") return value;
  return mapEntries(value as JsonObject, (key, item) => [key, withTerraformNames(item as JsonObject)]);
}

const withTerraformNames = (object: JsonObject): JsonObject =>
  mapEntries(object, (key, value) => [terraformName(key), value]);

const mapEntries = (object: JsonObject, map: (key: string, value: Json) => [string, Json]): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => map(key, value as Json)));

/** `memoryMiB` is `memory_mib`: Terraform's names are words in lower case. */
export const terraformName = (name: string): string =>
  name
    .replace(/([MG])iB$/, "$1ib")
    .replace(
      /[A-Z]+(?![a-z])|[A-Z]/g,
      (capitals, at: number) => `${at > 0 ? "_" : ""}${capitals.toLowerCase()}`,
    );
