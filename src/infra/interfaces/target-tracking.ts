import { defineInterface, input, output, reference } from "#terraform/module-interface.ts";
import { tags } from "./tags.ts";

/**
 * What the module `target-tracking` takes and gives. Application Auto Scaling of a service by CPU or memory: about $0.20 a month
 * for its two alarms.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export const targetTrackingInterface = defineInterface({
  name: "target-tracking",
  description: [
    "Application Auto Scaling of an ECS service at a target of its average CPU or memory use. It reacts after some minutes, and",
    "sees neither Prefect's queue nor what is due next: the module `scaler` sees both. Its two alarms cost about $0.20 a month.",
  ].join("\n"),
  inputs: {
    clusterName: input.string("Name of the ECS cluster."),
    serviceName: input.string(
      "Name of the ECS service. It must leave its number of tasks to others: `scaled = true`.",
    ),
    metric: input.string("`cpu` or `memory`.", {
      default: "cpu",
      validation: [
        { condition: 'contains(["cpu", "memory"], var.metric)', message: "metric must be cpu or memory." },
      ],
    }),
    minTasks: input.number("The fewest tasks.", {
      default: 1,
      validation: [
        {
          condition: "var.min_tasks >= 1",
          message: "min_tasks must be 1 or more: nothing is measured of no task.",
        },
      ],
    }),
    maxTasks: input.number("The most tasks.", {
      default: 4,
      validation: [
        {
          condition: "var.max_tasks >= var.min_tasks",
          message: "max_tasks must not be less than min_tasks.",
        },
      ],
    }),
    targetPercent: input.number("The average use that is aimed at, in percent of the tasks' size.", {
      default: 70,
      validation: [
        {
          condition: "var.target_percent >= 1 && var.target_percent <= 100",
          message: "target_percent must be 1 to 100.",
        },
      ],
    }),
    scaleOutCooldownSeconds: input.number("Seconds between two steps up.", { default: 60 }),
    scaleInCooldownSeconds: input.number("Seconds between two steps down.", { default: 300 }),
    tags,
  },
  outputs: { policyArn: output.string("ARN of the scaling policy.") },
  example: {
    clusterName: reference("module.cluster.name"),
    serviceName: reference("module.process_worker.service_name"),
  },
});
