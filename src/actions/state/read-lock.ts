import type { StateObject } from "#config/state-schema.ts";
import { readObject } from "./read-state.ts";

/** Who holds a state in S3: what Terraform writes into the lock's object. */
export interface HeldLock {
  readonly id: string;
  readonly who: string;
  readonly since: Date;
}

/** Terraform puts its lock beside the state. https://developer.hashicorp.com/terraform/language/backend/s3#state-locking */
export const lockKey = (key: string): string => `${key}.tflock`;

/** The lock on a state, as long as there is one. */
export async function readLock(
  { key, ...bucket }: StateObject,
  env: Readonly<Record<string, string>>,
): Promise<HeldLock | undefined> {
  const text = await readObject({ ...bucket, key: lockKey(key) }, env);
  if (text === undefined) return undefined;
  const { ID: id = "", Who: who = "someone", Created = "" } = JSON.parse(text);
  return { id, who, since: new Date(Created) };
}
