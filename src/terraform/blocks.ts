import { type IResolvable, TerraformIterator, Token } from "cdktn";

/**
 * A list of nested blocks: literal items become blocks, a list Terraform learns later becomes a `dynamic` block.
 * In a resource that has `forEach` only literal lists work, as both would claim `each`: guards.ts refuses the rest.
 */
export function blocks<T, B>(items: readonly T[] | IResolvable, block: (item: T) => B): B[] | IResolvable {
  if (Array.isArray(items) && !Token.isUnresolved(items)) return items.map(block);
  const iterator = TerraformIterator.fromList(items as unknown as string[]);
  const fields = new Proxy({}, { get: (_, field) => iterator.getString(snakeCase(String(field))) });
  return iterator.dynamic(block(fields as T) as Record<string, unknown>);
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
