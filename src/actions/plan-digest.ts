import { createHash } from "node:crypto";
import type { Proposal } from "./plan/propose.ts";

/** What of a proposal was reviewed, when somebody reviewed it. */
export type Reviewable = Pick<Proposal, "plan" | "pools" | "empty">;

/**
 * What a plan means, in one word: `sha256:…`. Two plans that would do the same have the same, whoever made them, when and
 * where; a changed value, a resource more or less, a pool edited by hand gives another. Sensitive values are not in it: they
 * are not shown to whoever reviews either.
 */
export function planDigest({ plan, pools, empty }: Reviewable): string {
  const changes = plan.changes
    .map(({ address, action, previousAddress, values, attributes }) => ({
      address,
      action,
      previousAddress,
      values,
      // What was there counts as well: a state that moved in between is another plan.
      before: attributes.map(({ name, before, isSensitive, isKnownAfterApply }) => ({
        name,
        before,
        isSensitive,
        isKnownAfterApply,
      })),
    }))
    .toSorted(byKey("address"));
  const meaning = empty ? {} : { changes, outputs: plan.outputs, pools: pools.toSorted(byKey("name")) };
  return `sha256:${createHash("sha256").update(canonical(meaning)).digest("hex")}`;
}

const byKey =
  <K extends string>(key: K) =>
  (one: Readonly<Record<K, string>>, other: Readonly<Record<K, string>>): number =>
    one[key] < other[key] ? -1 : one[key] > other[key] ? 1 : 0;

/** JSON whose keys are in order, so that equal things are equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  );
}
