import { type Complaint, complain, whenSound } from "./complaint.ts";
import { EPHEMERAL_STORAGE_GIB } from "./ephemeral-storage.ts";
import { isStockImage } from "./image-reference.ts";
import type { Scaling } from "./scaling-schema.ts";
import { DEFAULT_TASK_SIZE } from "./task-size.ts";

interface WrittenWorker {
  readonly type: "ecs" | "process";
  readonly slots?: number;
  readonly scaling: Scaling;
  readonly desiredCount?: number;
  readonly zoneRebalancing: boolean;
  readonly image?: string;
  readonly architecture: string;
  readonly flows: {
    readonly image?: string;
    readonly architecture?: string;
    readonly capacity: string;
    readonly ephemeralStorageGiB: number;
    readonly cpu: number;
    readonly memoryMiB: number;
    readonly policyArns: readonly string[];
  };
}

/** Whether a worker's type, its scaling and its tasks agree with each other. */
export const checkScaling = [
  (worker: WrittenWorker, context: Parameters<typeof complain>[0]): void => {
    for (const [complaint, ...path] of [...countComplaints(worker), ...typeComplaints(worker)])
      complain(context, complaint, path);
  },
  whenSound(
    ...["type", "slots", "scaling", "desiredCount", "zoneRebalancing", "image", "architecture", "flows"].map(
      (field) => [field],
    ),
  ),
] as const;

type Found = readonly [Complaint, ...string[]];

function* countComplaints({ scaling, desiredCount, zoneRebalancing }: WrittenWorker): Generator<Found> {
  if (scaling.mode !== "fixed" && desiredCount !== undefined)
    yield [
      {
        verdict: `is for workers that are not scaled, and scaling.mode is ${JSON.stringify(scaling.mode)}`,
        remedy: "Leave desiredCount out, and set scaling.minTasks instead",
      },
      "desiredCount",
    ];
  const most = scaling.mode === "fixed" ? (desiredCount ?? 1) : (scaling.maxTasks ?? 1);
  // ECS would stop the only task, with none left to spread.
  if (zoneRebalancing && most <= 1)
    yield [
      {
        verdict: `spreads tasks over zones, and there is but ${most}`,
        remedy: `Set ${scaling.mode === "fixed" ? "desiredCount" : "scaling.maxTasks"}: 2 or more, or leave zoneRebalancing out`,
      },
      "zoneRebalancing",
    ];
}

const INSIDE = "has no effect on a process worker, whose flow runs are processes inside its own tasks";

function* typeComplaints({ type, slots, image, architecture, flows }: WrittenWorker): Generator<Found> {
  if (type === "ecs") {
    if (slots !== undefined)
      yield [
        {
          verdict: "is for process workers: an ecs worker starts each run as a task of its own",
          remedy: 'Leave slots out, or set type: "process"',
        },
        "slots",
      ];
    return;
  }
  if (image === undefined || isStockImage(image))
    yield [
      {
        verdict:
          image === undefined
            ? "is missing: a process worker needs an image that holds our supervisor"
            : "does not hold the supervisor that a process worker needs",
        works: "The supervisor keeps AWS from stopping a task in which a flow runs.",
        remedy: "Build one, as docs/scaling.md shows, and set image to it",
      },
      "image",
    ];
  const differs: Readonly<Record<string, boolean>> = {
    image: flows.image !== undefined && flows.image !== image,
    architecture: flows.architecture !== undefined && flows.architecture !== architecture,
    capacity: flows.capacity !== "fargate",
    ephemeralStorageGiB: flows.ephemeralStorageGiB !== EPHEMERAL_STORAGE_GIB.least,
    cpu: flows.cpu !== DEFAULT_TASK_SIZE.cpu,
    memoryMiB: flows.memoryMiB !== DEFAULT_TASK_SIZE.memoryMiB,
    policyArns: flows.policyArns.length > 0,
  };
  for (const field of Object.keys(differs).filter((name) => differs[name]))
    yield [
      { verdict: INSIDE, remedy: `Leave flows.${field} out, and set the worker's own ${field}` },
      "flows",
      field,
    ];
}
