export type Tree = Readonly<Record<string, unknown>>;

export const isPlainObject = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Where fields exclude each other, what is laid over takes the place of the whole. */
const CHOICES: readonly { readonly at: string; readonly isOther: (below: Tree, above: Tree) => boolean }[] = [
  {
    at: "network",
    isOther: (below, above) => above.kind !== undefined && above.kind !== (below.kind ?? "new"),
  },
  { at: "apiKey", isOther: () => true },
  { at: "cluster", isOther: () => true },
  { at: "capacity", isOther: (below, above) => above.kind !== undefined && above.kind !== below.kind },
];

/** One object over another: what both have is taken from above, objects are merged field by field, lists replaced. */
export function layOver(below: Tree, above: Tree): Tree {
  const result: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    if (value === undefined) continue;
    const under = result[name];
    const isOther =
      isPlainObject(under) &&
      isPlainObject(value) &&
      CHOICES.some(({ at, isOther }) => at === name && isOther(under, value));
    result[name] = isPlainObject(under) && isPlainObject(value) && !isOther ? layOver(under, value) : value;
  }
  return result;
}
