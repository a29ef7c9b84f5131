/** `a, b or c` */
export function either(values: readonly (string | number)[]): string {
  const last = values.at(-1) ?? "";
  return values.length < 2 ? String(last) : `${values.slice(0, -1).join(", ")} or ${last}`;
}

/** `1 problem`, `3 problems` */
export const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? "" : "s"}`;
