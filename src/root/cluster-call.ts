import type { Config } from "#config/schema.ts";
import { clusterInterface } from "#infra/interfaces/cluster.ts";
import { clusterCapacityInterface } from "#infra/interfaces/cluster-capacity.ts";
import { existingClusterInterface } from "#infra/interfaces/existing-cluster.ts";
import { callModule, type ModuleCall, type Outputs, type Reference } from "#terraform/module-interface.ts";

/** The modules that make or find the cluster; the first of them always stands at `module.cluster`. */
export interface ClusterCall {
  readonly calls: readonly ModuleCall<Outputs>[];
  readonly name: Reference;
  readonly arn: Reference;
  /** The same ARN, for those who need the cluster's capacity providers to be there. */
  readonly readyArn: Reference;
}

export function callCluster({
  cluster,
  ...members
}: Pick<Config, "cluster" | "workers" | "services">): ClusterCall {
  const { name, arn } = cluster;
  const call =
    arn === undefined
      ? callModule(clusterInterface, "cluster", { name })
      : callModule(existingClusterInterface, "cluster", { name });
  const { outputs } = call;
  // Someone else's cluster has its providers, or has not: it is not ours to change.
  if (arn !== undefined || !usesSpot(members))
    return { calls: [call], name: outputs.name, arn: outputs.arn, readyArn: outputs.arn };
  const capacity = callModule(clusterCapacityInterface, "cluster_capacity", {
    clusterName: outputs.name,
    clusterArn: outputs.arn,
  });
  return {
    calls: [call, capacity],
    name: outputs.name,
    arn: outputs.arn,
    readyArn: capacity.outputs.clusterArn,
  };
}

const usesSpot = ({ workers, services }: Pick<Config, "workers" | "services">): boolean =>
  Object.values(workers).some(
    ({ capacity, flows }) => capacity.kind === "spot" || flows.capacity === "spot",
  ) || Object.values(services).some(({ capacity }) => capacity.kind === "spot");
