import { PrefectFargateError } from "#errors";
import { planDigest, type Reviewable } from "./plan-digest.ts";

/**
 * Nobody applies what nobody read: a plan that differs from the reviewed one is refused.
 *
 * @throws PLAN_DIFFERS
 */
export function assertReviewed(proposal: Reviewable, reviewed: string): void {
  const digest = planDigest(proposal);
  if (digest === reviewed) return;
  throw new PrefectFargateError(
    "PLAN_DIFFERS",
    "What would be applied is not the plan that was reviewed: config, state or AWS have changed since.",
    {
      source: "environment",
      details: [`reviewed  ${reviewed}`, `now       ${digest}`],
      hint: "Look at the plan above. In a pipeline, run the workflow again: it asks for approval of the new plan.",
    },
  );
}
