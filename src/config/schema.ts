import * as z from "zod";
import { clusterNameRule, namespaceRule, roleNameRule } from "./aws-names.ts";
import { keysObey, obeys } from "./complaint.ts";
import { checkAcrossFields } from "./cross-checks.ts";
import { networkSchema } from "./network-schema.ts";
import { PREFECT_DEFAULTS } from "./prefect-defaults.ts";
import { workerNameRule } from "./prefect-names.ts";
import { prefectSchema } from "./prefect-schema.ts";
import { regionRule } from "./region.ts";
import { tagCountRule, tagKeyRule, tagValueRule } from "./resource-tags.ts";
import { oneOfNumbers, RETENTION_DAYS, retentionRule } from "./whole-number.ts";
import { workerSchema } from "./worker-schema.ts";

const DEFAULT_REGION = "us-east-1";
const DEFAULT_WORKER_NAME = "dev-worker";

const cluster = z
  .strictObject({
    name: z
      .string()
      .superRefine(obeys(clusterNameRule))
      .default("prefect-cluster")
      .describe("Name of the ECS cluster."),
  })
  .prefault({})
  .describe("The ECS cluster. AWS does not bill for it, only for the tasks in it.");

const discovery = z
  .strictObject({
    namespace: z
      .string()
      .superRefine(obeys(namespaceRule))
      .default("default.prefect.local")
      .describe("Private DNS namespace in which workers are registered."),
  })
  .prefault({})
  .describe(
    "Service discovery by AWS Cloud Map. AWS bills about $0.50 a month for the namespace's hosted zone.",
  );

const executionRole = z
  .strictObject({
    name: z
      .string()
      .superRefine(obeys(roleNameRule))
      .default("prefect-task-execution-role")
      .describe("Name of the IAM role."),
  })
  .prefault({})
  .describe("The role with which ECS itself pulls images, reads the API key and writes logs.");

const logs = z
  .strictObject({
    retentionDays: oneOfNumbers(RETENTION_DAYS, retentionRule)
      .default(30)
      .describe("Days after which CloudWatch drops log lines."),
  })
  .prefault({})
  .describe("Logs of workers and flow runs in CloudWatch.");

const workers = z
  .record(z.string(), workerSchema)
  .superRefine(...keysObey(workerNameRule))
  .superRefine(
    obeys((byName: object) =>
      Object.keys(byName).length > 0
        ? undefined
        : {
            verdict: "names no worker",
            remedy: `Write workers: { "${DEFAULT_WORKER_NAME}": {} }, or leave it out`,
          },
    ),
  )
  .prefault({ [DEFAULT_WORKER_NAME]: {} })
  .describe("The workers, by name. Each is one ECS service.");

const fields = z.strictObject({
  region: z
    .string()
    .superRefine(obeys(regionRule))
    .default(DEFAULT_REGION)
    .meta({
      description: "AWS region of everything that is created.",
      defaultInWords: `\`AWS_REGION\` or \`AWS_DEFAULT_REGION\` of the environment, else \`"${DEFAULT_REGION}"\``,
    }),
  tags: z
    .record(z.string(), z.string().superRefine(obeys(tagValueRule)))
    .superRefine(...keysObey(tagKeyRule))
    .superRefine(obeys(tagCountRule))
    .prefault({})
    .describe('Tags on everything that is created, beside `ManagedBy = "prefect-fargate"`.'),
  prefect: prefectSchema,
  network: networkSchema,
  cluster,
  discovery,
  executionRole,
  logs,
  workers,
});

/** Everything a config may say, with its defaults: types, messages, reference page and JSON schema come from here. */
export const configSchema = fields.superRefine(...checkAcrossFields).transform(fillWorkers);

/** What is written in a config file: every field is optional. */
export type ConfigInput = z.input<typeof configSchema>;
/** What the rest of the program reads: every default is filled in. */
export type Config = z.output<typeof configSchema>;
export type PrefectConfig = Config["prefect"];
export type NetworkConfig = Config["network"];
export type WorkerConfig = Config["workers"][string];
/** The config before what depends on Prefect's version is filled in. */
export type ConfigFields = z.output<typeof fields>;

/** Some defaults of a worker follow from Prefect's version, and its flow runs' image from its own. */
function fillWorkers(config: ConfigFields) {
  const defaults = PREFECT_DEFAULTS[config.prefect.version];
  const workers = Object.entries(config.workers).map(([name, worker]) => {
    const image = worker.image ?? defaults.image;
    const extraPipPackages = worker.extraPipPackages ?? [...defaults.extraPipPackages];
    const flows = { ...worker.flows, image: worker.flows.image ?? image };
    return [name, { ...worker, image, extraPipPackages, flows }] as const;
  });
  return { ...config, workers: Object.fromEntries(workers) };
}
