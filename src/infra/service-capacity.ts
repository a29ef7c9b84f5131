import { Token } from "cdktn";
import type { EcsServiceConfig } from "#aws/ecs-service.ts";
import { blocks } from "#terraform/blocks.ts";
import { choose, tf } from "#terraform/expressions.ts";
import type { CapacityShare } from "./interfaces/capacity.ts";

/**
 * Where a service's tasks run: by launch type, or by shares of capacity providers. AWS takes one or the other, and going
 * from one to the other replaces the service.
 */
export function capacityOf({
  capacityProviderStrategy: shares,
}: {
  readonly capacityProviderStrategy: CapacityShare[];
}): Pick<EcsServiceConfig, "launchType" | "capacityProviderStrategy"> {
  const byLaunchType = Token.isUnresolved(shares) ? tf`length(${shares}) == 0` : shares.length === 0;
  return {
    launchType: choose<string | null>(byLaunchType, "FARGATE", null) ?? undefined,
    capacityProviderStrategy: blocks(shares, ({ capacityProvider, weight, base }) => ({
      capacityProvider,
      weight,
      base,
    })),
  };
}
