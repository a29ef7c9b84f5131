import * as z from "zod";
import { complain, whenSound } from "./complaint.ts";
import { wholeNumber } from "./whole-number.ts";

/** Tasks of one service: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
export const DESIRED_COUNT = { from: 0, to: 5000 };
const AT_LEAST_ONE = {
  from: 1,
  to: 5000,
  because: "CPU and memory are measured of tasks that run: from zero, nothing would be measured.",
};
const PERCENT = { from: 1, to: 100 };
const COOLDOWN_SECONDS = { from: 0, to: 3600 };
/** A worker that takes longer is not waited for: the look at Prefect would reach beyond what its scheduler makes. */
const COLD_START_SECONDS = { from: 5, to: 600 };

const maxTasks = wholeNumber({ from: 1, to: DESIRED_COUNT.to });

const inOrder = [
  (
    { minTasks, maxTasks: most }: { minTasks: number; maxTasks?: number },
    context: Parameters<typeof complain>[0],
  ): void => {
    if (most === undefined || minTasks <= most) return;
    complain(context, { verdict: `is more than maxTasks, which is ${most}`, suggestion: most }, ["minTasks"]);
  },
  whenSound(["minTasks"], ["maxTasks"]),
] as const;

const fixed = z.strictObject({
  mode: z.literal("fixed").describe("As many tasks as `desiredCount` says. This is the default."),
});

const targetTracking = <M extends "cpu" | "memory">(mode: M, what: string) =>
  z
    .strictObject({
      mode: z
        .literal(mode)
        .describe(
          `Application Auto Scaling keeps the average ${what} of the tasks at a target. It needs some minutes to react, and AWS bills its two alarms about $0.20 a month.`,
        ),
      minTasks: wholeNumber(AT_LEAST_ONE).default(1).describe("The fewest tasks."),
      maxTasks: maxTasks.default(4).describe("The most tasks."),
      targetPercent: wholeNumber(PERCENT)
        .default(70)
        .describe(`The average ${what} that is aimed at, in percent of the tasks' size.`),
      scaleOutCooldownSeconds: wholeNumber(COOLDOWN_SECONDS)
        .default(60)
        .describe("Seconds between two steps up: about what a task needs to start."),
      scaleInCooldownSeconds: wholeNumber(COOLDOWN_SECONDS)
        .default(300)
        .describe("Seconds between two steps down."),
    })
    .superRefine(...inOrder);

const queue = z
  .strictObject({
    mode: z
      .literal("queue")
      .describe(
        "Tasks are there when runs are due: our scaler reads Prefect's queue and its schedules. It is a Lambda function, which costs up to $4.02 a month where the account's free seconds are used up.",
      ),
    minTasks: wholeNumber(DESIRED_COUNT)
      .default(0)
      .describe("The fewest tasks. 0 lets the worker sleep, and wakes it ahead of the next run."),
    maxTasks: maxTasks.optional().meta({
      description: "The most tasks.",
      defaultInWords: "10; of an `ecs` worker 1, as one submits many runs a second",
    }),
    coldStartSeconds: wholeNumber(COLD_START_SECONDS)
      .default(58)
      .describe(
        "Seconds from the wish for a task until its worker looks for runs, in 95 of 100 cases: what your image takes.",
      ),
  })
  .superRefine(...inOrder);

/** How the number of a service's tasks follows the work: one choice, so that it cannot contradict itself. */
export const scaling = z
  .discriminatedUnion("mode", [
    fixed,
    targetTracking("cpu", "CPU use"),
    targetTracking("memory", "memory use"),
    queue,
  ])
  .prefault({ mode: "fixed" })
  .describe("How many tasks run. Going from one mode to another replaces nothing.");

export type Scaling = z.output<typeof scaling>;
