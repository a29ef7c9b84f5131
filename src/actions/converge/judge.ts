import { SYSTEM_TAG } from "#config/resource-tags.ts";
import { PrefectFargateError } from "#errors";
import { kindOf } from "../plan/resource-words.ts";
import type { Found } from "./found.ts";

/** Something that exists, and the address at which Terraform would make it. */
export interface Existing {
  readonly address: string;
  readonly type: string;
  /** `IAM role prefect-task-execution-role` */
  readonly what: string;
  readonly found: Found;
}

export const isOurs = ({ found }: Existing, system: string): boolean =>
  found.isPart === true || found.tags[SYSTEM_TAG] === system;

/**
 * A name that somebody else has is theirs: nothing of theirs is changed.
 *
 * @throws NAME_TAKEN
 */
export function refuseTaken(existing: readonly Existing[], system: string): void {
  const taken = existing.filter((item) => !isOurs(item, system));
  if (taken.length === 0) return;
  throw new PrefectFargateError(
    "NAME_TAKEN",
    taken.length === 1
      ? `The ${taken[0]!.what} exists already and is not ours.`
      : `${taken.length} things exist already and are not ours.`,
    {
      details: taken.map(({ what, found: { id, tags } }) => {
        const owner = tags[SYSTEM_TAG];
        return `${what} (${id}) ${owner ? `belongs to the system ${owner}` : "was not made by prefect-fargate"}`;
      }),
      hint: "Choose other names in prefect-fargate.config.ts, or remove these if nobody needs them.",
    },
  );
}

/**
 * What is deployed from one place cannot be deployed from another that knows nothing of it.
 *
 * @throws STATE_ELSEWHERE
 */
export function stateElsewhere(
  existing: readonly Existing[],
  system: string,
  dir: string,
): PrefectFargateError {
  const kinds = Map.groupBy(existing, ({ type }) => type);
  const things = [...kinds].map(([type, alike]) =>
    alike.length === 1 ? alike[0]!.what : `${alike.length} ${kindOf(type, alike.length)}`,
  );
  return new PrefectFargateError(
    "STATE_ELSEWHERE",
    `The system ${system} exists on AWS, but there is no state of it in ${dir}: it was deployed from another folder or machine.`,
    {
      details: [`There: ${things.join(", ")}.`],
      hint:
        "Deploy from where it was deployed, or share its state from there: prefect-fargate bootstrap. " +
        "If that state is lost for good, take the system over: prefect-fargate deploy --adopt",
    },
  );
}
