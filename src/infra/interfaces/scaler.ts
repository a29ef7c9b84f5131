import { defineInterface, input, output, reference } from "#terraform/module-interface.ts";
import { logRetentionDays } from "./log-retention.ts";
import { permissionsBoundaryArn, rolePath } from "./roles.ts";
import { tags } from "./tags.ts";

/** A worker that the scaler looks after, by its name, which is its service's too. */
export interface LookedAfter {
  readonly type: "ecs" | "process";
  readonly workPool: string;
  readonly mode: "queue" | "keep";
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly slots: number;
  readonly coldStartSeconds: number;
}

/**
 * What the module `scaler` takes and gives. The Lambda function that has tasks there when runs are due: free within what an
 * account has free, else about $4 a month.
 *
 * @see https://aws.amazon.com/lambda/pricing/
 */
export const scalerInterface = defineInterface({
  name: "scaler",
  description: [
    "A Lambda function that reads Prefect's queue and its schedules, and sets how many tasks the services of a cluster have, so that",
    "capacity is there when runs are due: see `docs/scaling.md`. It also tells `process` workers to go that are too many or were",
    "replaced, and never stops one in which a flow runs.",
    "",
    "It runs for most of every minute: 301,000 GB-seconds a month, within the 400,000 that an account has free, else $4.02; and its",
    "seven metrics for each worker, of which an account has ten free, else $0.30 each. Its code is `scaler.zip`, built from",
    "`src/scaling/lambda`.",
  ].join("\n"),
  inputs: {
    name: input.string("Name of the function, of its role and its schedule.", {
      default: "prefect-scaler",
      validation: [
        {
          condition: 'can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))',
          message: "name must hold 1 to 64 letters, digits, hyphens and underscores.",
        },
      ],
    }),
    zipPath: input.optionalString("The function's code. By default `scaler.zip` of this module.", {
      default: null,
    }),
    prefectApiUrl: input.string("Prefect's API, as the workers have it."),
    apiKeySecretArn: input.optionalString(
      "ARN of the secret that holds the Prefect API key. Without any secret the server is asked without a key.",
      {
        default: null,
        validation: [
          {
            condition: "var.api_key_secret_arn == null || var.auth_string_secret_arn == null",
            message: "Give api_key_secret_arn or auth_string_secret_arn, not both.",
          },
        ],
      },
    ),
    authStringSecretArn: input.optionalString(
      "ARN of the secret that holds `user:password` of a Prefect 3 server you host, its PREFECT_SERVER_API_AUTH_STRING.",
      { default: null },
    ),
    caCertificates: input.optionalString(
      "Authorities (PEM) that are trusted for Prefect's API, where the server's certificate is no public one's. They travel in the schedule's event, which holds 8 KB in all.",
      { default: null },
    ),
    clusterName: input.string("Name of the ECS cluster."),
    clusterArn: input.string("ARN of the ECS cluster."),
    workers: input.objectMap<LookedAfter>(
      "type = string, work_pool = string, mode = string, min_tasks = number, max_tasks = number, slots = optional(number, 4), cold_start_seconds = optional(number, 58)",
    )(
      "The workers by name. `mode` is `queue`, or `keep` where somebody else says how many tasks a `process` worker has. A service in mode `queue` must have `scaled = true`.",
      {
        validation: [
          {
            condition:
              'alltrue([for worker in values(var.workers) : contains(["ecs", "process"], worker.type) && contains(["queue", "keep"], worker.mode)])',
            message: "A worker's type can be ecs or process, its mode queue or keep.",
          },
          {
            condition:
              "alltrue([for worker in values(var.workers) : worker.min_tasks >= 0 && worker.max_tasks >= worker.min_tasks])",
            message: "A worker's min_tasks must not be more than its max_tasks.",
          },
        ],
      },
    ),
    subnetIds: input.strings(
      "Subnets, where Prefect's API is only reached from inside the VPC. Empty: outside.",
      {
        default: [],
      },
    ),
    securityGroupIds: input.strings("Security groups of the function in these subnets.", { default: [] }),
    logRetentionDays,
    rolePath,
    permissionsBoundaryArn,
    tags,
  },
  outputs: {
    functionName: output.string("Name of the function."),
    logGroup: output.string("Its log group: every decision, with what was seen and why."),
  },
  example: {
    prefectApiUrl: "https://prefect.example.com/api",
    apiKeySecretArn: reference("module.api_key.secret_arn"),
    clusterName: reference("module.cluster.name"),
    clusterArn: reference("module.cluster.arn"),
    workers: {
      "dev-worker": {
        type: "ecs",
        workPool: "ecs-work-pool",
        mode: "queue",
        minTasks: 0,
        maxTasks: 1,
        slots: 4,
        coldStartSeconds: 58,
      },
    },
  },
});
