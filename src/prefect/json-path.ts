import { isDeepStrictEqual } from "node:util";
import { isObject, type Json, type JsonObject } from "./job-template.ts";

/** Keys of nested objects. */
export type JsonPath = readonly string[];

/** Undefined where nothing is, or where the way there leads through something that is no object. */
export function valueAt(root: JsonObject, path: JsonPath): Json | undefined {
  let value: Json | undefined = root;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  return value;
}

/** Puts a value there, or takes away what is there when it is undefined. The objects on the way must exist. */
export function putAt(root: JsonObject, path: JsonPath, value: Json | undefined): void {
  const parent = valueAt(root, path.slice(0, -1));
  const key = path.at(-1);
  if (!isObject(parent) || key === undefined) return;
  if (value === undefined) delete parent[key];
  else parent[key] = structuredClone(value);
}

/** Every path of `root` that ends in something other than an object with entries. */
export function leafPaths(root: JsonObject, prefix: JsonPath = []): JsonPath[] {
  return Object.entries(root).flatMap(([key, value]) => {
    const path = [...prefix, key];
    return isObject(value) && Object.keys(value).length > 0 ? leafPaths(value, path) : [path];
  });
}

export const equal = (a: Json | undefined, b: Json | undefined): boolean => isDeepStrictEqual(a, b);
