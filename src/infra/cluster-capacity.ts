import { Construct } from "constructs";
import { EcsClusterCapacityProviders } from "#aws/ecs-cluster-capacity-providers.ts";
import { note } from "#terraform/notes.ts";

export interface ClusterCapacityProps {
  readonly clusterName: string;
}

/** Lets a cluster's services and tasks ask for Spot. */
export class ClusterCapacity extends Construct {
  readonly providers: EcsClusterCapacityProviders;

  constructor(scope: Construct, id: string, { clusterName }: ClusterCapacityProps) {
    super(scope, id);
    this.providers = new EcsClusterCapacityProviders(this, "ecs_cluster_capacity_providers", {
      clusterName,
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    });
    note(this.providers, "No default strategy: every service and flow run says what it wants.");
  }
}
