import { z } from "zod";
import { networkSchema } from "./network-schema.ts";
import { PREFECT_DEFAULTS } from "./prefect-defaults.ts";
import { prefectSchema } from "./prefect-schema.ts";
import { workerSchema } from "./worker-schema.ts";

export const DEFAULT_REGION = "us-east-1";
export const DEFAULT_WORKER_NAME = "dev-worker";

const fields = z.strictObject({
  region: z.string().default(DEFAULT_REGION).describe("AWS region of everything that is created."),
  tags: z.record(z.string(), z.string()).prefault({}).describe("Tags on everything that is created."),
  prefect: prefectSchema,
  network: networkSchema,
  cluster: z
    .strictObject({ name: z.string().default("prefect-cluster").describe("Name of the ECS cluster.") })
    .prefault({})
    .describe("The ECS cluster. AWS does not bill for it, only for the tasks in it."),
  discovery: z
    .strictObject({
      namespace: z
        .string()
        .default("default.prefect.local")
        .describe("Private DNS namespace in which workers are registered."),
    })
    .prefault({})
    .describe("Service discovery by AWS Cloud Map."),
  executionRole: z
    .strictObject({
      name: z.string().default("prefect-task-execution-role").describe("Name of the IAM role."),
    })
    .prefault({})
    .describe("The role with which ECS itself pulls images, reads the API key and writes logs."),
  logs: z
    .strictObject({
      retentionDays: z.int().default(30).describe("Days after which CloudWatch drops log lines."),
    })
    .prefault({})
    .describe("Logs of workers and flow runs in CloudWatch."),
  workers: z
    .record(z.string(), workerSchema)
    .prefault({ [DEFAULT_WORKER_NAME]: {} })
    .describe("The workers by name."),
});

/** Everything a config may say, with its defaults: types, messages, reference page and JSON schema come from here. */
export const configSchema = fields.transform(fillWorkers);

/** What is written in a config file: every field is optional. */
export type ConfigInput = z.input<typeof configSchema>;
/** What the rest of the program reads: every default is filled in. */
export type Config = z.output<typeof configSchema>;
export type PrefectConfig = Config["prefect"];
export type NetworkConfig = Config["network"];
export type WorkerConfig = Config["workers"][string];

/** Some defaults of a worker follow from Prefect's version, and its flow runs' image from its own. */
function fillWorkers(config: z.output<typeof fields>) {
  const defaults = PREFECT_DEFAULTS[config.prefect.version];
  const workers = Object.entries(config.workers).map(([name, worker]) => {
    const image = worker.image ?? defaults.image;
    const extraPipPackages = worker.extraPipPackages ?? [...defaults.extraPipPackages];
    const flows = { ...worker.flows, image: worker.flows.image ?? image };
    return [name, { ...worker, image, extraPipPackages, flows }] as const;
  });
  return { ...config, workers: Object.fromEntries(workers) };
}
