import * as z from "zod";
import { accountRule } from "./account.ts";
import { boundaryArnRule } from "./arn.ts";
import { namespaceRule, roleNameRule, rolePathRule } from "./aws-names.ts";
import { clusterSchema } from "./cluster-schema.ts";
import { keysObey, obeys } from "./complaint.ts";
import { checkAcrossFields } from "./cross-checks.ts";
import { NEEDED_SERVICES } from "./endpoint-services.ts";
import { environmentNameRule } from "./environment-name.ts";
import { fillWorker } from "./fill-worker.ts";
import { imagesSchema } from "./images-schema.ts";
import { networkSchema } from "./network-schema.ts";
import { overrideFileRule } from "./override-files.ts";
import { pipelineSchema } from "./pipeline-schema.ts";
import { serviceNameRule, workerNameRule } from "./prefect-names.ts";
import { fillPrefect, prefectSchema } from "./prefect-schema.ts";
import { regionRule } from "./region.ts";
import { tagCountRule, tagKeyRule, tagValueRule } from "./resource-tags.ts";
import { serviceSchema } from "./service-schema.ts";
import { fillState, stateSchema } from "./state-schema.ts";
import { oneOfNumbers, RETENTION_DAYS, retentionRule } from "./whole-number.ts";
import { workPoolsSchema } from "./work-pool-schema.ts";
import { workerSchema } from "./worker-schema.ts";

const DEFAULT_REGION = "us-east-1";
const DEFAULT_WORKER_NAME = "dev-worker";

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

const scaler = z
  .strictObject({
    insideVpc: z.boolean().optional().meta({
      description:
        "Whether the function runs in the subnets of the workers, as it must where Prefect's API is only reached from there. They then need a NAT gateway: a public address does not help a function.",
      defaultInWords:
        "whether the host of `prefect.apiUrl` looks private, such as `prefect.internal` or `10.0.0.7`",
    }),
  })
  .prefault({})
  .describe(
    'The function that sets how many tasks workers have. It exists where a worker has `scaling.mode: "queue"` or is of type `process`.',
  );

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

const services = z
  .record(z.string(), serviceSchema)
  .superRefine(...keysObey(serviceNameRule))
  .prefault({})
  .describe(
    "Services of your own on the same cluster, by name: a webhook receiver, a Prefect server that you host.",
  );

const overrides = z
  .record(z.string(), z.array(z.string().superRefine(obeys(overrideFileRule))))
  .prefault({})
  .describe(
    "Terraform override files by the module that they change, such as `worker`, with paths as seen from the config: any attribute of any resource. They are copied beside the module's own files; `plan` names them.",
  );

const environments = z
  .record(z.string(), z.record(z.string(), z.unknown()))
  .superRefine(...keysObey(environmentNameRule))
  .optional()
  .meta({
    description:
      "Systems of their own that differ in a few fields, such as `dev` and `prod`: what stands in one is laid over the rest of the config. Names that an environment does not give get its name. `--env` chooses one.",
    defaultInWords: "none: the config is one system",
  });

const fields = z.strictObject({
  environment: z.string().superRefine(obeys(environmentNameRule)).optional().meta({
    description:
      "Name of the environment that this is. `--env` sets it; write it only in a config that is a file of its own.",
    defaultInWords: "none",
  }),
  environments,
  awsAccount: z.string().superRefine(obeys(accountRule)).optional().meta({
    description: "The AWS account, by its number. Credentials of any other are refused.",
    defaultInWords: "whichever the credentials lead to",
  }),
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
    .describe(
      'Tags on everything that is created, beside `ManagedBy = "prefect-fargate"` and `PrefectSystem`, which names the system by region and cluster.',
    ),
  prefect: prefectSchema,
  network: networkSchema,
  cluster: clusterSchema,
  discovery,
  executionRole,
  permissionsBoundaryArn: z.string().superRefine(obeys(boundaryArnRule)).optional().meta({
    description:
      "IAM policy that bounds every role that is created. A pipeline's apply role creates none without.",
    defaultInWords: "none",
  }),
  rolePath: z
    .string()
    .superRefine(obeys(rolePathRule))
    .default("/")
    .describe("Path of every IAM role that is created, where a company sorts them: `/prefect/`."),
  logs,
  workers,
  scaler,
  workPools: workPoolsSchema,
  images: imagesSchema,
  services,
  overrides,
  state: stateSchema,
  pipeline: pipelineSchema,
});

/** Everything a config may say, with its defaults: types, messages, reference page and JSON schema come from here. */
export const configSchema = fields.superRefine(...checkAcrossFields).transform(fillWorkers);

type Written = z.input<typeof configSchema>;
type Partly<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Partly<T[K]> } : T;
/** What an environment says differently. */
export type EnvironmentInput = Partly<Omit<Written, "environments" | "environment">>;
/** What is written in a config file: every field is optional. */
export type ConfigInput = Omit<Written, "environments"> & {
  environments?: Record<string, EnvironmentInput>;
};
/** What the rest of the program reads: every default is filled in. */
export type Config = z.output<typeof configSchema>;
export type PrefectConfig = Config["prefect"];
export type NetworkConfig = Config["network"];
export type WorkerConfig = Config["workers"][string];
export type ServiceConfig = Config["services"][string];
export type WorkPoolConfig = Config["workPools"][string];
/** The config before what depends on Prefect's version is filled in. */
export type ConfigFields = z.output<typeof fields>;

/** Where endpoints are the only way, those that are needed are there. */
function withEndpoints({ network, prefect }: ConfigFields) {
  if (network.kind === "existing") return network;
  const needed = network.egress === "endpoints" ? NEEDED_SERVICES[prefect.version] : [];
  return { ...network, endpoints: network.endpoints ?? [...needed] };
}

/** How Prefect is asked follows from where it is; some defaults of a worker from Prefect's version, from its type and from its own other fields. */
function fillWorkers(config: ConfigFields) {
  const workers = Object.entries(config.workers).map(
    ([name, worker]) => [name, fillWorker(worker, config.prefect.version)] as const,
  );
  const { environments: _, state: __, ...rest } = config;
  return {
    ...rest,
    prefect: fillPrefect(config.prefect),
    network: withEndpoints(config),
    workers: Object.fromEntries(workers),
    ...fillState(config),
  };
}
