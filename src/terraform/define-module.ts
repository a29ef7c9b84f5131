import { type App, type ITerraformDependable, TerraformOutput, TerraformVariable, Token } from "cdktn";
import { Construct } from "constructs";
import { CleanStack } from "./clean-stack.ts";
import type { Input, Inputs, ModuleInterface, Outputs, ValueOf } from "./module-interface.ts";
import { terraformName } from "./module-interface.ts";

/** What a module's constructs are given: literals in anyone's own stack, tokens in the module's. */
export type Given<I extends Inputs> = { readonly [K in keyof I]: Mutable<ValueOf<I[K]>> };
type Mutable<T> = T extends readonly (infer E)[] ? E[] : T extends object ? { [K in keyof T]: T[K] } : T;

/** An output's value, and what must exist before anyone may use it. */
interface Result<T> {
  readonly value: T;
  readonly dependsOn?: readonly ITerraformDependable[];
}
export type Results<O extends Outputs> = {
  readonly [K in keyof O]: Result<NonNullable<O[K]["value"]>>;
};
/** The arguments of `inline`: everything without a default. */
type InlineArguments<I extends Inputs> = {
  readonly [K in keyof I as I[K] extends Input<unknown, true> ? never : K]: ValueOf<I[K]>;
} & { readonly [K in keyof I]?: ValueOf<I[K]> };

/** A published module: what it takes and gives, and the constructs that make its resources. */
export interface Module<I extends Inputs, O extends Outputs> {
  /** What it takes and gives, as data. */
  readonly interface: ModuleInterface<I, O>;
  /** The module itself, to be rendered: inputs are its variables. */
  stack(app: App): CleanStack;
  /** The same resources in a stack of your own, without a module around them. */
  inline(scope: Construct, id: string, args: InlineArguments<I>): Results<O>;
}

/** Joins an interface with the constructs that keep its promise. */
export function defineModule<I extends Inputs, O extends Outputs>(
  definition: ModuleInterface<I, O>,
  build: (scope: Construct, given: Given<I>) => Results<O>,
): Module<I, O> {
  const { name, inputs } = definition;
  return {
    interface: definition,
    stack(app) {
      const stack = new CleanStack(app, name);
      const variables = new Construct(stack, "variables");
      const given = mapValues(inputs, (input, key) => readVariable(variables, terraformName(key), input));
      const results = build(new Construct(stack, "this"), given as Given<I>);
      const outputs = new Construct(stack, "outputs");
      for (const [key, { description }] of Object.entries(definition.outputs)) {
        const { value, dependsOn } = results[key]!;
        const output = new TerraformOutput(outputs, terraformName(key), {
          description,
          value,
          staticId: true,
        });
        if (dependsOn) output.dependsOn = [...dependsOn];
      }
      return stack;
    },
    inline(scope, id, args) {
      const defaults = mapValues(inputs, (input) => input.default);
      return build(new Construct(scope, id), { ...defaults, ...args } as unknown as Given<I>);
    },
  };
}

function readVariable(scope: Construct, name: string, input: Input<unknown>): unknown {
  const { kind, type, description, validation, sensitive, ephemeral } = input;
  const variable = new TerraformVariable(scope, name, { type, description });
  variable.overrideLogicalId(name);
  // By override, as cdktn would rewrite the keys of a default and knows no ephemeral variables.
  if (input.optional) variable.addOverride("default", input.default);
  if (sensitive) variable.addOverride("sensitive", true);
  if (ephemeral) variable.addOverride("ephemeral", true);
  if (input.default !== null) variable.addOverride("nullable", false);
  if (validation)
    variable.addOverride(
      "validation",
      validation.map(({ condition, message }) => ({ condition: `\${${condition}}`, error_message: message })),
    );
  if (kind === "string") return variable.stringValue;
  if (kind === "number") return variable.numberValue;
  if (kind === "boolean") return variable.booleanValue;
  if (kind === "strings") return variable.listValue;
  if (kind === "objects" || kind === "objectMap") return variable.value;
  return Token.asStringMap(variable.value);
}

const mapValues = <T, R>(object: Readonly<Record<string, T>>, map: (value: T, key: string) => R) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
