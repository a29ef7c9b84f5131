import * as z from "zod";
import { type Complaint, keysObey, obeys } from "./complaint.ts";
import { workPoolRule, workQueueRule } from "./prefect-names.ts";
import { wholeNumber } from "./whole-number.ts";

/** Prefect counts in 32 bits; a limit beyond that is a slip. */
const LIMIT = { from: 0, to: 2_147_483_647 };
const PRIORITY = { from: 1, to: 2_147_483_647 };

const concurrencyLimit = () => wholeNumber(LIMIT).nullable().optional();
const AS_IT_IS = "as it is in Prefect; a new one has none";

const queue = () =>
  z
    .strictObject({
      priority: wholeNumber(PRIORITY).optional().meta({
        description: "1 is served first. No two queues of a pool have the same: Prefect moves others up.",
        defaultInWords: "as it is in Prefect; a new queue comes last",
      }),
      concurrencyLimit: concurrencyLimit().meta({
        description: "How many flow runs of the queue may be in progress at once; `null` takes a limit away.",
        defaultInWords: AS_IT_IS,
      }),
    })
    .describe("A queue of the pool. It is created where it is missing.");

const workPool = z.lazy(() =>
  z
    .strictObject({
      concurrencyLimit: concurrencyLimit().meta({
        description: "How many flow runs of the pool may be in progress at once; `null` takes a limit away.",
        defaultInWords: AS_IT_IS,
      }),
      queues: z
        .record(z.string(), queue())
        .superRefine(...keysObey(workQueueRule))
        .superRefine(obeys(distinctPriorities))
        .prefault({})
        .describe("Queues of the pool, by name. Those that do not stand here are left alone."),
    })
    .describe("Limits and queues of a pool. What does not stand here is left as it is in Prefect."),
);

export const workPoolsSchema = z
  .record(z.string(), workPool)
  .superRefine(...keysObey(workPoolRule))
  .prefault({})
  .describe(
    "Limits and queues of the work pools that the workers serve, by the pool's name. `plan` shows what would change in Prefect, also where somebody changed it by hand.",
  );

function distinctPriorities(
  queues: Readonly<Record<string, { readonly priority?: number | undefined }>>,
): Complaint | undefined {
  const byPriority = Map.groupBy(
    Object.entries(queues).filter(([, { priority }]) => priority !== undefined),
    ([, { priority }]) => priority,
  );
  const twins = [...byPriority.values()].find((members) => members.length > 1);
  if (!twins) return undefined;
  const [one, other] = twins.map(([name]) => JSON.stringify(name));
  return {
    verdict: `has two queues of priority ${twins[0]![1].priority}, ${one} and ${other}`,
    works: "In a pool each queue has a priority of its own.",
    remedy: "Give one of them another priority",
  };
}
