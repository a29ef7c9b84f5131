/** A path as one would write it in TypeScript: `workers["dev-worker"].policyArns[1]`. */
export function showPath(path: readonly PropertyKey[]): string {
  const text = path.map(showPart).join("");
  return text.startsWith(".") ? text.slice(1) : text;
}

/** What a sentence calls the field: its own name, and for an item its list's. */
export function fieldName(path: readonly PropertyKey[]): string {
  const start = path.findLastIndex((part) => typeof part === "string");
  return showPath(path.slice(Math.max(0, start)));
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  );
}

function showPart(part: PropertyKey): string {
  if (typeof part === "number") return `[${part}]`;
  const name = String(part);
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
