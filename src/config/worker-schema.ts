import { z } from "zod";

const environment = z.record(z.string(), z.string()).prefault({});
const policyArns = z.array(z.string()).prefault([]);

const flows = z
  .strictObject({
    image: z.string().optional().describe("Image of the flow runs."),
    cpu: z.int().default(512).describe("CPU units of a flow run's task; 1024 are one vCPU."),
    memoryMiB: z.int().default(1024).describe("Memory of a flow run's task."),
    environment: environment.describe("Environment variables of every flow run."),
    policyArns: policyArns.describe("IAM policies that flow runs need, for example to read a bucket."),
    egressCidrs: z
      .array(z.string())
      .prefault(["0.0.0.0/0"])
      .describe("Where flow runs may connect to. Open by default: databases are not on port 443."),
  })
  .prefault({})
  .describe("What the pool's flow runs get by default. Deployments can override it by job variables.");

export const workerSchema = z.strictObject({
  workPool: z.string().default("ecs-work-pool").describe("Work pool that the worker serves."),
  type: z.literal("ecs").default("ecs").describe("Flow runs are ECS tasks of their own."),
  image: z.string().optional().describe("Image of the worker."),
  cpu: z.int().default(512).describe("CPU units of the worker's task; 1024 are one vCPU."),
  memoryMiB: z.int().default(1024).describe("Memory of the worker's task."),
  desiredCount: z.int().default(1).describe("How many tasks of this worker run."),
  stopTimeoutSeconds: z
    .int()
    .default(60)
    .describe("Seconds between the request to stop and the kill: time for run submissions under way."),
  extraPipPackages: z
    .array(z.string())
    .optional()
    .describe("Python packages installed when the container starts, each pinned exactly."),
  environment: environment.describe("Environment variables of the worker."),
  policyArns: policyArns.describe(
    "IAM policies for the worker's task role beyond what the worker itself calls.",
  ),
  flows,
});
