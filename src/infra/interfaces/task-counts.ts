import { input } from "#terraform/module-interface.ts";

/** How many tasks a service has, and who says so. */
export const taskCounts = {
  desiredCount: input.number("How many tasks of the worker run; where they are scaled, at first.", {
    default: 1,
    validation: [
      {
        condition: "var.desired_count >= 0 && floor(var.desired_count) == var.desired_count",
        message: "desired_count must be a whole number, 0 or more.",
      },
    ],
  }),
  scaled: input.boolean(
    "Whether something else, such as Application Auto Scaling, sets how many tasks run once the service is made. When it changes, a `moved` block must say that the service stays: see `docs/scaling.md`.",
    { default: false },
  ),
  mostTasks: input.optionalNumber("The most tasks there may be at once. By default `desired_count`.", {
    default: null,
  }),
};

export const zoneRebalancing = input.boolean(
  "Whether ECS may stop tasks to spread the rest over the zones. It needs more than one task.",
  {
    default: false,
    validation: [
      {
        condition: "!var.zone_rebalancing || coalesce(var.most_tasks, var.desired_count) > 1",
        message: "zone_rebalancing needs 2 tasks or more: a single one would only be stopped.",
      },
    ],
  },
);
