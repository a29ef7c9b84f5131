import { type Check, type Finding, ok, skipped, warning } from "../check.ts";

/** Prefect's names for plans without work pools for workers of one's own. https://docs.prefect.io/v3/how-to-guides/cloud/manage-plans */
const WITHOUT_HYBRID_POOLS = /^(hobby|free|personal)/i;
/** Pools that Prefect itself serves, by the ends of their types. Any other kind proves that workers are allowed. */
const SERVED_BY_PREFECT = /:(push|managed)$/;

/** Whether the account's plan has work pools for workers of one's own: hybrid ones, in Prefect's words. */
export const prefectPlanCheck: Check = {
  name: "Prefect plan",
  async run({ prefect, config }) {
    if (config.prefect.accountId === undefined) return undefined;
    const client = await prefect().catch(() => undefined);
    if (!client) return undefined;
    try {
      const proof = (await client.listWorkPools()).find(({ type }) => !SERVED_BY_PREFECT.test(type));
      if (proof) return ok(`Workers of your own are allowed: the work pool ${proof.name} is for them.`);
      return judgePlan(await client.planType());
    } catch {
      return undefined; // The check of the API says what is wrong.
    }
  },
};

export function judgePlan(plan: string | undefined): Finding {
  if (plan === undefined)
    return skipped(
      "Whether the plan allows work pools for workers of your own is known only when one is made: Prefect does not tell.",
    );
  if (WITHOUT_HYBRID_POOLS.test(plan))
    return warning(
      `The Prefect account is on the plan ${plan}, which may not include work pools for workers of your own.`,
      "See what it includes: https://www.prefect.io/pricing",
    );
  return ok(`The Prefect account is on the plan ${plan}.`);
}
