import { TerraformStack } from "cdktn";
import type { Construct } from "constructs";
import { DataAwsCallerIdentity } from "#aws/data-aws-caller-identity.ts";
import { DataAwsPartition } from "#aws/data-aws-partition.ts";
import { DataAwsRegion } from "#aws/data-aws-region.ts";

/** Where the provider works, read once for each stack. */
export interface Account {
  readonly id: string;
  readonly region: string;
  readonly partition: string;
}

export function accountOf(scope: Construct): Account {
  return { id: accountIdOf(scope), region: regionOf(scope), partition: partitionOf(scope) };
}

/** By `id`, as provider 6 renamed the attribute `name`. */
export const regionOf = (scope: Construct): string =>
  once(scope, "current_region", (stack, id) => new DataAwsRegion(stack, id)).id;

export const partitionOf = (scope: Construct): string =>
  once(scope, "current_partition", (stack, id) => new DataAwsPartition(stack, id)).partition;

export const accountIdOf = (scope: Construct): string =>
  once(scope, "current_caller_identity", (stack, id) => new DataAwsCallerIdentity(stack, id)).accountId;

function once<T extends Construct>(
  scope: Construct,
  id: string,
  create: (stack: TerraformStack, id: string) => T,
): T {
  const stack = TerraformStack.of(scope);
  return (stack.node.tryFindChild(id) as T | undefined) ?? create(stack, id);
}
