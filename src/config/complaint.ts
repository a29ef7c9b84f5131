import type * as z from "zod";

/**
 * What a rule has against a value. Rules are plain functions that give one or nothing, so that arithmetic and
 * grammars can be tested without a schema; `problems.ts` makes sentences of them.
 */
export interface Complaint {
  /** Goes on after name and value: "memoryMiB 3000" + "does not fit cpu 512". No full stop. */
  readonly verdict: string;
  /** What would work, as a whole sentence. */
  readonly works?: string;
  /** A value to put in its place. */
  readonly suggestion?: string | number | boolean | readonly string[];
  /** What to do where no value can be put in place: an imperative sentence without full stop. */
  readonly remedy?: string;
  /** The key under which the value stands is at fault, not the value. */
  readonly aboutKey?: boolean;
}

export type Rule<T> = (value: T) => Complaint | undefined;

/** For `superRefine`: the schema's value must give the rules nothing to complain about; the first complaint counts. */
export const obeys =
  <T>(...rules: readonly Rule<T>[]) =>
  (value: T, context: z.core.$RefinementCtx<T>): void => {
    const complaint = rules.map((rule) => rule(value)).find((found) => found !== undefined);
    if (complaint) complain(context, complaint);
  };

/**
 * For `superRefine` of a record: every key must give the rule nothing to complain about. A key schema would do the
 * same, but zod then leaves the values of wrong keys unchecked.
 */
export const keysObey = (rule: Rule<string>) =>
  [
    (record: object, context: z.core.$RefinementCtx): void => {
      for (const key of Object.keys(record)) {
        const complaint = rule(key);
        if (complaint) complain(context, { ...complaint, aboutKey: true }, [key]);
      }
    },
    whenSound(),
  ] as const;

/** Adds one complaint, about the value itself or about what lies at `path` inside it. */
export function complain(
  context: Pick<z.core.$RefinementCtx, "addIssue">,
  complaint: Complaint,
  path: readonly PropertyKey[] = [],
): void {
  context.addIssue({ code: "custom", message: complaint.verdict, path: [...path], params: { complaint } });
}

/**
 * Lets a rule over several fields run although other fields have problems of their own: zod would skip it, and
 * people would meet their mistakes one after the other. It runs when nothing is wrong at the paths it reads.
 */
export function whenSound(...paths: readonly (readonly PropertyKey[])[]) {
  return {
    when: ({ value, issues }: z.core.ParsePayload): boolean =>
      typeof value === "object" &&
      value !== null &&
      !issues.some((issue) => {
        // An unknown field says nothing about the known ones beside it.
        const harmless = issue.code === "unrecognized_keys";
        return !harmless && paths.some((path) => touches(path, issue.path));
      }),
  };
}

/** One path lies at or below the other. */
const touches = (one: readonly PropertyKey[], other: readonly PropertyKey[] = []): boolean =>
  one.slice(0, other.length).every((part, index) => part === other[index]);
