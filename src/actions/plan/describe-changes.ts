import type { Plan, ResourceChange } from "#engine/plan.ts";
import type { AttributeChange } from "#engine/plan-attributes.ts";
import { describeAttribute } from "./describe-attribute.ts";
import { kindOf, nameOf, partOf } from "./resource-words.ts";

export type ChangeKind = "create" | "adopt" | "change" | "replace" | "destroy";

/** One resource that would change, in people's terms. */
export interface DescribedChange {
  readonly kind: ChangeKind;
  /** The part of the system: `worker dev-worker`. */
  readonly part: string;
  /** `ECS service dev-worker` */
  readonly what: string;
  /** As Terraform names it. */
  readonly type: string;
  readonly address: string;
  /** Why it is replaced or destroyed. */
  readonly because: string | undefined;
  /** What differs, as sentences: `image: "a" → "b"`. */
  readonly differences: readonly string[];
}

const KINDS: Readonly<Record<string, ChangeKind>> = {
  create: "create",
  import: "adopt",
  update: "change",
  move: "change",
  replace: "replace",
  delete: "destroy",
  remove: "destroy",
};

/** Computed anew by AWS or the provider whenever something else changes: no news. */
const CONSEQUENCES = new Set(["arn", "id", "revision", "arn_without_revision", "tags_all", "version_id"]);

/** A plan's resources in people's terms, by their addresses: Terraform tells them in any order. */
export const describeChanges = ({ changes }: Pick<Plan, "changes">): DescribedChange[] =>
  changes.toSorted(byAddress).map((change) => ({
    kind: KINDS[change.action] ?? "change",
    part: partOf(change.module),
    what: nameOf(change),
    type: change.type,
    address: change.address,
    because: becauseOf(change),
    differences: differencesOf(change),
  }));

const byAddress = (one: ResourceChange, other: ResourceChange): number =>
  one.address < other.address ? -1 : 1;

/** Changes by part, for a list that fits on a screen: `6 subnets`, `NAT gateway prefect-ecs-vpc-a`. */
export function summarizeByPart(changes: readonly DescribedChange[]): PartSummary[] {
  const parts = Map.groupBy(changes, ({ part }) => part);
  return [...parts].map(([part, members]) => ({
    part,
    things: [...Map.groupBy(members, ({ type }) => type)].map(([type, alike]) =>
      alike.length === 1 ? alike[0]!.what : `${alike.length} ${kindOf(type, alike.length)}`,
    ),
  }));
}

export interface PartSummary {
  readonly part: string;
  readonly things: readonly string[];
}

function becauseOf({ action, reason, attributes }: ResourceChange): string | undefined {
  const forcing = attributes.filter(({ forcesReplacement }) => forcesReplacement).map(({ name }) => name);
  if (action !== "replace" || forcing.length === 0) return reason;
  return `${forcing.join(", ")} cannot be changed in place`;
}

function differencesOf({ action, attributes }: ResourceChange): string[] {
  const told = attributes.filter((attribute) => isNews(attribute, action));
  return told.flatMap(describeAttribute);
}

/** Of a replacement, what is only known later is the new thing's own; what differs are the values that were written. */
function isNews({ name, isKnownAfterApply }: AttributeChange, action: string): boolean {
  if (CONSEQUENCES.has(name)) return false;
  return !(action === "replace" && isKnownAfterApply);
}
