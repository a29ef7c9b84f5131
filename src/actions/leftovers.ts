import { Cancelled, PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import type { Workplace } from "./workplace.ts";

/**
 * Looks on AWS for what is ours and not in the state. Terraform cannot remove it, so that a deploy has to take it over first.
 * Where that cannot be looked for, it is said: what the state had is gone all the same.
 *
 * @throws LEFT_BEHIND
 */
export async function refuseLeftovers(workplace: Workplace, reporter: Reporter): Promise<void> {
  const left = await reporter.stage("Look for what is left", async (stage) => {
    // Loaded only for what it is needed for: half a dozen more AWS clients.
    const { findLeftovers } = await import("./converge/converge.ts");
    const found = await findLeftovers(workplace).catch((error: Error) => {
      if (error instanceof Cancelled || error.name === "AbortError") throw error;
      reporter.warn(`Whether anything is left on AWS could not be looked for: ${error.message}`);
      return [];
    });
    stage.update(found.length === 0 ? "nothing" : found.map(({ what }) => what).join(", "));
    return found;
  });
  if (left.length === 0) return;
  const things = left.length === 1 ? `The ${left[0]!.what} is` : `${left.length} things are`;
  throw new PrefectFargateError(
    "LEFT_BEHIND",
    `${things} still there and ours, but not in the state: a deploy was killed before it could note what it made, or the state was lost.`,
    {
      source: "environment",
      details: left.map(({ what, found }) => `${what} (${found.id})`),
      hint: "Have it taken over, then removed: prefect-fargate deploy --adopt, then prefect-fargate destroy",
    },
  );
}
