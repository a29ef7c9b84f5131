import type { WorkerConfig } from "#config/schema.ts";
import type { CapacityShare } from "#infra/interfaces/capacity.ts";

/** As ECS writes them. */
export const CPU_ARCHITECTURES = { x86_64: "X86_64", arm64: "ARM64" } as const;

/** What a service asks of the cluster's capacity providers; nothing where it runs by launch type. */
export function capacityShares(capacity: WorkerConfig["capacity"]): readonly CapacityShare[] {
  if (capacity.kind === "fargate") return [];
  const { onDemandBase, onDemandWeight, spotWeight } = capacity;
  const onDemand: CapacityShare = { capacityProvider: "FARGATE", weight: onDemandWeight, base: onDemandBase };
  const spot: CapacityShare = { capacityProvider: "FARGATE_SPOT", weight: spotWeight, base: 0 };
  return onDemandBase > 0 || onDemandWeight > 0 ? [onDemand, spot] : [spot];
}

/** Policies by their own ARN: adding one changes no other's address. */
export const byArn = (arns: readonly string[]): Record<string, string> =>
  Object.fromEntries(arns.map((arn) => [arn, arn]));
