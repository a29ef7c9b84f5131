import type { WorkPool } from "#prefect/work-pools.ts";

/**
 * What we note in a pool's description, so that a later run knows what an earlier one did: no other place in Prefect is read by
 * people as well.
 */
const MADE = "Made by prefect-fargate.";
const MADE_AND_PAUSED = "Made by prefect-fargate; paused until its worker is up.";
const PAUSED_AT_DESTROY = "Paused by prefect-fargate: its worker has been destroyed.";

type Described = Pick<WorkPool, "description">;

/** The description of a new pool, which is paused until it is wired. */
export const descriptionOfNew = MADE_AND_PAUSED;

/** Whether we paused the pool, so that whoever finishes a deploy may unpause it. A person's own pause stays. */
export const isPausedByUs = ({ description = "" }: Described): boolean =>
  description === MADE_AND_PAUSED || description.endsWith(PAUSED_AT_DESTROY);

/** Whether a deploy of ours made the pool: then it is ours to delete, if someone asks. */
export const isMadeByUs = ({ description = "" }: Described): boolean =>
  description.startsWith(MADE) || description.startsWith(MADE_AND_PAUSED);

/** The description once the pool is unpaused: what stood there before we paused it. */
export function descriptionOfUnpaused({ description = "" }: Described): string {
  if (description === MADE_AND_PAUSED) return MADE;
  return description.slice(0, -PAUSED_AT_DESTROY.length).trimEnd();
}

/** The description of a pool that we pause because its worker goes. */
export const descriptionOfPaused = ({ description = "" }: Described): string =>
  [description === MADE_AND_PAUSED ? MADE : description, PAUSED_AT_DESTROY].filter(Boolean).join(" ");
