import { defineInterface, input, output } from "#terraform/module-interface.ts";

/** What the module `existing-cluster` takes and gives. A cluster that exists, checked at plan to be active. Creates nothing. */
export const existingClusterInterface = defineInterface({
  name: "existing-cluster",
  description: [
    "Finds an ECS cluster and checks at plan that it is active. Changes nothing in it, and costs nothing: for Spot it",
    "must have the capacity provider FARGATE_SPOT already.",
  ].join("\n"),
  inputs: { name: input.string("Name of the cluster.") },
  outputs: { name: output.string("Name of the cluster."), arn: output.string("ARN of the cluster.") },
  example: { name: "data-platform" },
});
