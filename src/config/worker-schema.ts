import * as z from "zod";
import { policyArnRule } from "./arn.ts";
import { architecture, capacity, ephemeralStorageGiB, zoneRebalancing } from "./capacity-schema.ts";
import { type Complaint, complain, keysObey, obeys, type Rule, whenSound } from "./complaint.ts";
import {
  type EnvironmentOf,
  environmentNameRule,
  environmentSizeRule,
  environmentValueRule,
} from "./environment-rules.ts";
import { imageRule } from "./image-reference.ts";
import { workPoolRule, workQueueRule } from "./prefect-names.ts";
import { parsePinned, pinnedRule } from "./python-requirement.ts";
import { checkScaling } from "./scaling-rules.ts";
import { DESIRED_COUNT, scaling } from "./scaling-schema.ts";
import { CPU_SIZES, cpuRule, DEFAULT_TASK_SIZE, TASK_SIZES, taskSizeRule } from "./task-size.ts";
import { cidrRule } from "./vpc-cidr.ts";
import { oneOfNumbers, wholeNumber } from "./whole-number.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_timeout */
export const STOP_TIMEOUT_SECONDS = {
  from: 2,
  to: 120,
  because: "Fargate kills a container after at most 120 seconds.",
};
/** Beyond a hundred flows, a bigger task is no longer the better one. */
const SLOTS = { from: 1, to: 100 };
/** Managed policies on a role; some of the ten are ours.
 *  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_POLICIES = 8;
const MEMORY_SIZES = [...new Set([...TASK_SIZES.values()].flat())].sort((one, other) => one - other);

const image = z.string().superRefine(obeys(imageRule)).optional();
export const cpu = oneOfNumbers(CPU_SIZES, cpuRule).default(DEFAULT_TASK_SIZE.cpu);
/** Whether it fits is a question of the pair, which `fittingSize` answers. */
export const memoryMiB = z
  .number()
  .meta({ type: "integer", minimum: MEMORY_SIZES[0], maximum: MEMORY_SIZES.at(-1) })
  .default(DEFAULT_TASK_SIZE.memoryMiB);

export const environmentOf = (of: EnvironmentOf) =>
  z
    .record(z.string(), z.string().superRefine(obeys(environmentValueRule)))
    .superRefine(...keysObey((name) => environmentNameRule(name, of)))
    .superRefine(obeys((environment: Record<string, string>) => environmentSizeRule(environment, of)))
    .prefault({});

export const policyArns = z
  .array(z.string().superRefine(obeys(policyArnRule)))
  .superRefine(
    obeys<string[]>(
      noTwin((arn) => arn),
      (arns) =>
        arns.length > MOST_POLICIES
          ? {
              verdict: `has ${arns.length} policies`,
              works: `IAM allows ten on a role, of which ${MOST_POLICIES} are yours.`,
            }
          : undefined,
    ),
  )
  .prefault([]);

/** Reports a size where the memory stands: that is the number people change. */
export const fittingSize = [
  (task: { cpu: number; memoryMiB: number }, context: Parameters<typeof complain>[0]): void => {
    const complaint = taskSizeRule(task);
    if (complaint) complain(context, complaint, ["memoryMiB"]);
  },
  whenSound(["cpu"], ["memoryMiB"]),
] as const;

const flows = z
  .strictObject({
    image: image.meta({ description: "Image of the flow runs.", defaultInWords: "the worker's image" }),
    architecture: architecture.optional().meta({
      description: "Processor of the flow runs; their image must offer it.",
      defaultInWords: "the worker's `architecture`",
    }),
    capacity: z
      .enum(["fargate", "spot"])
      .default("fargate")
      .describe(
        "On demand, or Spot at about a third of the price: AWS may stop a flow run with two minutes' notice.",
      ),
    ephemeralStorageGiB: ephemeralStorageGiB.describe(
      "Disk of a flow run in GiB. AWS bills what is beyond 20, by the second.",
    ),
    cpu: cpu.describe("CPU units of a flow run's task; 1024 are one vCPU."),
    memoryMiB: memoryMiB.describe("Memory of a flow run's task, in a size that Fargate offers beside `cpu`."),
    environment: environmentOf("flows").describe("Environment variables of every flow run."),
    policyArns: policyArns.describe("IAM policies that flow runs need, for example to read a bucket."),
    egressCidrs: z
      .array(z.string().superRefine(obeys(cidrRule)))
      .superRefine(obeys<string[]>(noTwin((block) => block)))
      .prefault(["0.0.0.0/0"])
      .describe("Where flow runs may connect to. Open by default, as databases are not on port 443."),
  })
  .superRefine(...fittingSize)
  .prefault({})
  .describe(
    "What the flow runs of the worker's pool get. Deployments can override some of it by job variables.",
  );

export const workerSchema = z
  .strictObject({
    workPool: z.string().superRefine(obeys(workPoolRule)).optional().meta({
      description: "The work pool that the worker serves; it is created where it is missing.",
      defaultInWords: '`"ecs-work-pool"`, of a `process` worker `"process-work-pool"`',
    }),
    workQueues: z
      .array(z.string().superRefine(obeys(workQueueRule)))
      .superRefine(obeys<string[]>(noTwin((queue) => queue)))
      .prefault([])
      .describe("Queues of the pool that the worker serves. Without any it serves them all."),
    type: z
      .enum(["ecs", "process"])
      .default("ecs")
      .describe(
        "`ecs`: each flow run is an ECS task of its own, which the worker starts. `process`: flow runs are processes inside the worker's tasks, which start in seconds and share its size, role and network.",
      ),
    slots: wholeNumber(SLOTS).optional().meta({
      description: "How many flow runs one task of a `process` worker takes at once.",
      defaultInWords: "4; an `ecs` worker has none",
    }),
    scaling,
    image: image.meta({
      description:
        "Image of the worker. That of a `process` worker needs our supervisor in it, and what the flows need.",
      defaultInWords:
        '`"prefecthq/prefect:2-latest"`, with Prefect 3 `"prefecthq/prefect:3-latest"`; a `process` worker has none',
    }),
    architecture: architecture
      .default("x86_64")
      .describe(
        "Processor of worker and flow runs; ARM is about a fifth cheaper. Their images must offer it.",
      ),
    capacity,
    zoneRebalancing,
    ephemeralStorageGiB: ephemeralStorageGiB.describe(
      "Disk of the worker in GiB. AWS bills what is beyond 20, about $0.08 a month for each.",
    ),
    cpu: cpu.describe(
      "CPU units of the worker's task; 1024 are one vCPU, for which AWS bills about $29.55 a month.",
    ),
    memoryMiB: memoryMiB.describe("Memory of the worker's task, in a size that Fargate offers beside `cpu`."),
    desiredCount: wholeNumber(DESIRED_COUNT).optional().meta({
      description:
        'How many tasks of this worker run, where `scaling.mode` is `"fixed"`. One `ecs` worker is enough unless runs are submitted in bursts; zero stops it.',
      defaultInWords: "1",
    }),
    stopTimeoutSeconds: wholeNumber(STOP_TIMEOUT_SECONDS)
      .default(60)
      .describe("Seconds between the request to stop and the kill: time for submissions that are under way."),
    extraPipPackages: z
      .array(z.string().superRefine(obeys(pinnedRule)))
      .superRefine(obeys<string[]>(noTwin((text) => parsePinned(text)?.name)))
      .optional()
      .meta({
        description:
          "Python packages that the worker installs when it starts, each pinned exactly. The stock image needs the AWS integration; an image of your own may have it, then write `[]`.",
        defaultInWords:
          '`["prefect-aws==0.4.20"]`, with Prefect 3 `["prefect-aws==0.7.12", "fastapi==0.139.2"]`',
      }),
    environment: environmentOf("worker").describe("Environment variables of the worker."),
    policyArns: policyArns.describe(
      "IAM policies for the worker's task role, beyond what Prefect's worker itself calls.",
    ),
    exec: z
      .boolean()
      .default(false)
      .describe(
        "Whether `prefect-fargate exec` may open a shell in the worker's tasks. Whoever may call ECS Exec then sees what the worker sees.",
      ),
    flows,
  })
  .superRefine(...fittingSize)
  .superRefine(...checkScaling)
  .describe("A worker: one ECS service that starts flow runs as tasks, or runs them inside its own.");

/** A list in which nothing stands twice, compared by `keyOf`. */
export function noTwin(keyOf: (item: string) => string | undefined): Rule<string[]> {
  return (items): Complaint | undefined => {
    const keys = items.map(keyOf);
    const twin = keys.find((key, index) => key !== undefined && keys.indexOf(key) < index);
    return twin === undefined ? undefined : { verdict: `names ${twin} twice`, remedy: "Name it once" };
  };
}
