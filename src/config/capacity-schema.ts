import * as z from "zod";
import { complain, whenSound } from "./complaint.ts";
import { EPHEMERAL_STORAGE_GIB } from "./ephemeral-storage.ts";
import { wholeNumber } from "./whole-number.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html */
const BASE = { from: 0, to: 5000 };
const WEIGHT = { from: 0, to: 1000 };

const fargate = z.strictObject({
  kind: z
    .literal("fargate")
    .describe("Every task runs on demand: AWS does not take it away. This is the default."),
});

const spot = z
  .strictObject({
    kind: z
      .literal("spot")
      .describe(
        "Tasks run on Spot, at about a third of the price: AWS may stop them with two minutes' notice.",
      ),
    onDemandBase: wholeNumber(BASE)
      .default(1)
      .describe("How many tasks run on demand before any runs on Spot."),
    onDemandWeight: wholeNumber(WEIGHT)
      .default(0)
      .describe("Of the tasks beyond the base, how many parts run on demand."),
    spotWeight: wholeNumber(WEIGHT)
      .default(1)
      .describe("Of the tasks beyond the base, how many parts run on Spot."),
  })
  .superRefine(
    ({ spotWeight }, context) => {
      if (spotWeight > 0) return;
      const complaint = {
        verdict: "leaves nothing to Spot",
        remedy: 'Set it to 1 or more, or write capacity: { kind: "fargate" }',
      };
      complain(context, complaint, ["spotWeight"]);
    },
    whenSound(["spotWeight"]),
  );

/** How the tasks of a service are paid for: one choice, so that it cannot contradict itself. */
export const capacity = z
  .discriminatedUnion("kind", [fargate, spot])
  .prefault({ kind: "fargate" })
  .describe(
    "On demand or Spot. Going from one to the other replaces the service: its tasks stop before new ones start.",
  );

export const architecture = z.enum(["x86_64", "arm64"]);

const { least: from, most: to } = EPHEMERAL_STORAGE_GIB;
export const ephemeralStorageGiB = wholeNumber({
  from,
  to,
  because: "Every task has 20 GiB for nothing.",
}).default(from);

export const zoneRebalancing = z
  .boolean()
  .default(false)
  .describe("Lets ECS stop tasks to spread the rest over the zones. It needs two tasks or more.");
