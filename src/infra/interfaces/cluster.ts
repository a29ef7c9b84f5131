import { defineInterface, input, output } from "#terraform/module-interface.ts";
import { tags } from "./tags.ts";

/**
 * What the module `cluster` takes and gives. An ECS cluster, which costs nothing by itself; Container Insights is billed by
 * metric.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export const clusterInterface = defineInterface({
  name: "cluster",
  description:
    "The ECS cluster in which workers and flow runs are tasks. AWS bills for the tasks, not for the cluster.",
  inputs: {
    name: input.string("Name of the cluster.", {
      default: "prefect-cluster",
      validation: [
        {
          condition: 'can(regex("^[a-zA-Z0-9_-]{1,255}$", var.name))',
          message: "name must hold 1 to 255 letters, digits, hyphens and underscores.",
        },
      ],
    }),
    tags,
  },
  outputs: {
    name: output.string("Name of the cluster."),
    arn: output.string("ARN of the cluster."),
  },
  example: {},
});
