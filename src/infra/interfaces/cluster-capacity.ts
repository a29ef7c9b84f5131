import { defineInterface, input, output, reference } from "#terraform/module-interface.ts";

/**
 * What the module `cluster-capacity` takes and gives. Fargate and Fargate Spot as a cluster's capacity providers. Free; tasks on
 * Spot cost about a third.
 *
 * @see https://aws.amazon.com/fargate/pricing/
 */
export const clusterCapacityInterface = defineInterface({
  name: "cluster-capacity",
  description: [
    "Fargate and Fargate Spot as a cluster's capacity providers: services and flow runs can then ask for Spot, which AWS",
    "bills at about a third and may take away with two minutes' notice. Itself it costs nothing.",
  ].join("\n"),
  inputs: {
    clusterName: input.string("Name of the cluster."),
    clusterArn: input.string("ARN of the cluster, given back when it has the providers."),
  },
  outputs: {
    clusterArn: output.string("The cluster's ARN again. What uses it waits for the providers."),
  },
  example: {
    clusterName: reference("module.cluster.name"),
    clusterArn: reference("module.cluster.arn"),
  },
});
