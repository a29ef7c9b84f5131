import { type IResolvable, TerraformIterator, type TerraformResource, Token } from "cdktn";
import { tf } from "./expressions.ts";
import type { Json, JsonObject } from "./hcl.ts";

/**
 * A list of nested blocks: literal items become blocks, a list Terraform learns later becomes a `dynamic` block.
 * In a resource that has `forEach` only literal lists work, as both would claim `each`: guards.ts refuses the rest.
 */
export function blocks<T, B>(items: readonly T[] | IResolvable, block: (item: T) => B): B[] | IResolvable {
  if (Array.isArray(items) && !Token.isUnresolved(items)) return items.map(block);
  const iterator = TerraformIterator.fromList(items as unknown as string[]);
  const fields = new Proxy({}, { get: (_, field) => iterator.getString(snakeCase(String(field))) });
  const content = Object.entries(block(fields as T) as Record<string, unknown>);
  return iterator.dynamic(Object.fromEntries(content.map(([name, value]) => [snakeCase(name), value])));
}

/**
 * A nested block that is there or not, with the arguments by their Terraform names: a condition that Terraform learns
 * later becomes a `dynamic` block.
 */
export function optionalBlock(
  resource: TerraformResource,
  block: string,
  condition: boolean | IResolvable,
  content: Readonly<Record<string, unknown>>,
): void {
  if (condition === false) return;
  if (condition === true) resource.addOverride(block, content);
  else resource.addOverride(`dynamic.${block}`, { for_each: tf`${condition} ? [true] : []`, content });
}

/**
 * cdktn calls the iterator of every dynamic block `each` and makes a set of its list. A person would call it as the
 * block is called and keep the list, which may hold equal items and has an order.
 */
export function nameIterators(dynamic: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(dynamic).map(([name, block]) => {
      const { for_each, content } = block as { for_each: string; content: Json };
      return [
        name,
        { for_each: for_each.replace(/^\$\{toset\((.*)\)\}$/s, "${$1}"), content: rename(content, name) },
      ];
    }),
  );
}

function rename(value: Json, name: string): Json {
  if (typeof value === "string") return value.replace(/\beach\.(key|value)\b/g, `${name}.$1`);
  if (Array.isArray(value)) return value.map((item) => rename(item, name));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rename(item as Json, name)]));
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
