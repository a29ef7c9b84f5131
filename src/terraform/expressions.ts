import {
  type IResolvable,
  type IResolveContext,
  type ITerraformIterator,
  type TerraformElement,
  type TerraformResource,
  Token,
  Tokenization,
} from "cdktn";
import { escapeText } from "./hcl-string.ts";

/**
 * Terraform expressions for constructs. Use these, never `Fn.jsonencode` (which leaves quotes in literals
 * unescaped) nor attributes of a `forEach` resource (which validate, and fail at plan): see guards.ts.
 */

/** A Terraform expression that is still to be written. */
export interface Expression extends IResolvable {
  readonly string: string;
  readonly number: number;
  readonly list: string[];
}

/**
 * A Terraform expression, written as one. Interpolated values are written as Terraform writes them:
 * references bare, text quoted and escaped, lists and objects as literals.
 */
export const tf = (text: TemplateStringsArray, ...values: unknown[]): Expression =>
  new TemplatedExpression(text, values);

class TemplatedExpression implements Expression {
  readonly creationStack: string[] = [];
  readonly #text: TemplateStringsArray;
  readonly #values: readonly unknown[];

  constructor(text: TemplateStringsArray, values: readonly unknown[]) {
    this.#text = text;
    this.#values = values;
  }

  resolve(context: IResolveContext): string {
    const standsAlone = !context.suppressBraces;
    context.suppressBraces = true;
    const written = this.#values.map((value) => write(value, context));
    const expression = String.raw({ raw: this.#text }, ...written);
    return standsAlone ? `\${${expression}}` : expression;
  }

  toString = (): string => Token.asString(this);
  toJSON = (): string => "<expression>";

  get string(): string {
    return Token.asString(this);
  }
  get number(): number {
    return Token.asNumber(this);
  }
  get list(): string[] {
    return Token.asList(this);
  }
}

/** A name or a piece of an expression inside `tf`, written as it stands. */
export const bare = (name: string): string =>
  ({ creationStack: [], resolve: () => name, toString: () => name, toJSON: () => name }) as unknown as string;

export const jsonencode = (value: unknown): string => tf`jsonencode(${value})`.string;

/** What is known now is decided now; anything Terraform learns later becomes a conditional. */
export function choose<T>(condition: boolean | IResolvable, yes: T, no: T): T {
  if (typeof condition === "boolean") return condition ? yes : no;
  const expression = tf`${condition} ? ${yes} : ${no}`;
  const kind = yes ?? no;
  if (Array.isArray(kind)) return expression.list as T;
  return (typeof kind === "number" ? expression.number : expression.string) as T;
}

/** The maps as one; of two equal keys the later wins. */
export function merge(...maps: readonly (Record<string, string> | undefined)[]): Record<string, string> {
  const given = maps.filter((map) => map !== undefined);
  if (!given.some((map) => Token.isUnresolved(map))) return Object.assign({}, ...given);
  const filled = given.filter((map) => Token.isUnresolved(map) || Object.keys(map).length > 0);
  if (filled.length === 1) return filled[0]!;
  const list = filled.map((_, index) => (index === 0 ? "" : ", "));
  return Token.asStringMap(tf(strings("merge(", ...list.slice(1), ")"), ...filled));
}

/** A map as the list of `{ name, <field> }` that ECS container definitions ask for. */
export const namedList = (map: Record<string, string>, field: "value" | "valueFrom"): unknown =>
  Token.isUnresolved(map)
    ? tf`[for name, value in ${map} : { name = name, ${bare(field)} = value }]`
    : Object.entries(map).map(([name, value]) => ({ name, [field]: value }));

/** One instance of a resource that has `forEach` or `count`, with all its typed attributes. */
export const at = <T extends TerraformElement>(resource: T, key: string | number): T =>
  withAttributes(resource, (attribute) => tf`${resource.fqn}[${key}].${bare(attribute)}`);

/** An attribute of every instance, in the order of `keys`. */
export const all = (resource: TerraformResource, keys: string[] | Expression, attribute = "id"): string[] =>
  tf`[for key in ${keys} : ${resource.fqn}[key].${bare(attribute)}]`.list;

/** The arguments of a resource that exists once for each member of a set or entry of a map. */
export const forEachIn = <C>(
  expression: unknown,
  config: (key: string, value: string) => C,
): C & { forEach: ITerraformIterator } => ({
  forEach: iterate(tf`${expression}`),
  ...config(tf`each.key`.string, tf`each.value`.string),
});

/** The arguments of a resource that exists once for each instance of another. */
export const forEachOf = <T extends TerraformResource, C>(
  resource: T,
  config: (key: string, instance: T) => C,
): C & { forEach: ITerraformIterator } => ({
  forEach: iterate(tf`${resource.fqn}`),
  ...config(
    tf`each.key`.string,
    withAttributes(resource, (attribute) => tf`each.value.${bare(attribute)}`),
  ),
});

/** `forEach` over an expression, without cdktn's own opinions about it. */
export const iterate = (expression: Expression): ITerraformIterator => ({
  _getForEachExpression: () => expression,
  _getForExpressionInput: () => expression.string,
});

const withAttributes = <T extends TerraformElement>(
  resource: T,
  read: (attribute: string) => Expression,
): T => Object.create(resource, { interpolationForAttribute: { value: read } });

const strings = (...raw: string[]): TemplateStringsArray => Object.assign([...raw], { raw });

function write(value: unknown, context: IResolveContext): string {
  if (typeof value === "string") return writeString(value, context);
  if (value === null || value === undefined) return "null";
  if (typeof value !== "object") return String(context.resolve(value));
  if (Token.isUnresolved(value)) {
    const [token = value] = Tokenization.isResolvable(value) ? [value] : Tokenization.reverse(value);
    return written(context.resolve(token), context);
  }
  if (Array.isArray(value)) return `[${value.map((item) => write(item, context)).join(", ")}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([key, item]) => `"${escapeText(key)}" = ${write(item, context)}`).join(", ")}}`;
}

interface Fragment {
  readonly type: string;
  readonly lit?: string;
  readonly token?: IResolvable;
}

function writeString(value: string, context: IResolveContext): string {
  const { fragments } = Tokenization.reverseString(value) as unknown as { fragments: readonly Fragment[] };
  const [only, ...more] = fragments;
  if (only && only.type !== "literal" && more.length === 0) return written(context.resolve(value), context);
  const parts = fragments.map((part) =>
    part.type === "literal" ? escapeText(part.lit ?? "") : `\${${context.resolve(part.token)}}`,
  );
  return `"${parts.join("")}"`;
}

/** What a token became: Terraform code already, or a value still to write. */
const written = (result: unknown, context: IResolveContext): string =>
  typeof result === "string" ? result : write(result, context);
