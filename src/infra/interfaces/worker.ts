import { defineInterface, input, output, reference, type Validation } from "#terraform/module-interface.ts";
import { architecture, capacityProviderStrategy, ephemeralStorage } from "./capacity.ts";
import { logRetentionDays } from "./log-retention.ts";
import { workerName } from "./names.ts";
import { permissionsBoundaryArn, rolePath } from "./roles.ts";
import { tags } from "./tags.ts";
import { taskCounts, zoneRebalancing } from "./task-counts.ts";
import { taskSize } from "./task-sizes.ts";

const DEFAULT_CPU = 512;
const DEFAULT_MEMORY_MIB = 1024;

/**
 * What the module `worker` takes and gives. A worker of type `ecs` as a Fargate service, with all that its flow runs need: about
 * $18 a month at 0.5 vCPU and 1 GB.
 *
 * @see https://aws.amazon.com/fargate/pricing/
 */
export const workerInterface = defineInterface({
  name: "worker",
  description: [
    "A Prefect worker as an ECS service on Fargate, and all that its flow runs need: roles, security groups, log groups",
    "and the work pool's base job template. Flow runs are tasks of their own, and start with nothing but their own role.",
    "0.5 vCPU and 1 GB cost about $18 a month (us-east-1, x86), logs $0.50 a GB; flow runs are billed by the second.",
    "",
    "With Prefect 3 it also has the queue from which the worker learns that a task has stopped.",
    "",
    "The output `base_job_template` is the pool's job template, filled in: `prefect-fargate wire` puts it into the pool,",
    "or `prefect work-pool update --base-job-template`.",
  ].join("\n"),
  inputs: {
    name: input.string("Name of the worker, of its service and in the names of all that belongs to it.", {
      default: "dev-worker",
      validation: [workerName("name")],
    }),
    workPool: input.string("Work pool that the worker serves.", {
      default: "ecs-work-pool",
      validation: [notEmpty("work_pool")],
    }),
    workQueues: input.strings("Queues of the pool that the worker serves. Empty: all of them.", {
      default: [],
      validation: [
        {
          condition: "alltrue([for queue in var.work_queues : length(trimspace(queue)) > 0])",
          message: "work_queues must not hold an empty name.",
        },
      ],
    }),
    poolOwner: input.optionalString(
      "Where several workers serve the pool: the one whose `base_job_template` it has. This worker may then hand that one's role to flow runs.",
      { default: null },
    ),
    prefectVersion: input.number("Major version of Prefect, 2 or 3.", {
      default: 2,
      validation: [
        { condition: "contains([2, 3], var.prefect_version)", message: "prefect_version must be 2 or 3." },
      ],
    }),
    prefectApiUrl: input.string(
      "Prefect's API: `https://api.prefect.cloud/api/accounts/…/workspaces/…`, or that of a server you host.",
      {
        validation: [
          {
            condition: 'can(regex("^https?://[^/]+/", var.prefect_api_url))',
            message:
              "prefect_api_url must be an http or https URL with a path, such as https://prefect.example.com/api.",
          },
        ],
      },
    ),
    prefectAccountId: input.optionalString("Prefect Cloud account, for code that asks its environment.", {
      default: null,
    }),
    prefectWorkspaceId: input.optionalString("Prefect Cloud workspace, for code that asks its environment.", {
      default: null,
    }),
    apiKeySecretArn: input.optionalString(
      "ARN of the secret that holds the Prefect API key. Without any secret a server is asked without a key.",
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
      {
        default: null,
        validation: [
          {
            condition: "var.auth_string_secret_arn == null || var.prefect_version == 3",
            message: "auth_string_secret_arn needs Prefect 3: Prefect 2 knows no user name and password.",
          },
        ],
      },
    ),
    caCertificates: input.optionalString(
      "Authorities (PEM) that worker and flow runs trust for Prefect's API, where the server's certificate is no public one's.",
      { default: null },
    ),

    clusterArn: input.string("ARN of the ECS cluster."),
    vpcId: input.string("VPC of the subnets."),
    subnetIds: input.strings("Subnets of worker and flow runs, with a way to Prefect's API, PyPI and AWS.", {
      validation: [
        { condition: "length(var.subnet_ids) > 0", message: "subnet_ids needs at least one subnet." },
      ],
    }),
    assignPublicIp: input.boolean(
      "Public addresses for tasks: needed where the way out is an Internet gateway.",
      {
        default: false,
      },
    ),
    namespaceId: input.string("Cloud Map namespace in which the worker registers."),
    executionRoleArn: input.string("Role with which ECS starts the worker and its flow runs."),

    image: input.optionalString("Image of the worker. By default `prefecthq/prefect:<version>-latest`.", {
      default: null,
    }),
    extraPipPackages: input.optionalStrings(
      "Python packages installed when the container starts, pinned exactly. By default the AWS integration that fits.",
      { default: null },
    ),
    environment: input.map("Environment variables of the worker.", {
      default: {},
      validation: [withoutApiKey("environment")],
    }),
    cpu: input.number("CPU units of the worker; 1024 are one vCPU.", { default: DEFAULT_CPU }),
    memoryMiB: input.number("Memory of the worker in MiB.", {
      default: DEFAULT_MEMORY_MIB,
      validation: [taskSize("cpu", "memory_mib")],
    }),
    cpuArchitecture: input.string(
      "`X86_64` or `ARM64`, for worker and flow runs: their images must offer it.",
      { default: "X86_64", validation: [architecture("cpu_architecture")] },
    ),
    ...taskCounts,
    stopTimeoutSeconds: input.number("Seconds between the request to stop and the kill, 2 to 120.", {
      default: 60,
      validation: [
        {
          condition: "var.stop_timeout_seconds >= 2 && var.stop_timeout_seconds <= 120",
          message: "stop_timeout_seconds must be 2 to 120.",
        },
      ],
    }),
    policyArns: input.map("IAM policies of the worker beyond what it needs itself: ARNs, by any name.", {
      default: {},
    }),
    capacityProviderStrategy,
    ephemeralStorageGiB: ephemeralStorage("ephemeral_storage_gib", "the worker"),
    zoneRebalancing,
    enableExecuteCommand: input.boolean(
      "Whether ECS Exec may open a shell in the worker's tasks: whoever may call it sees what the worker sees.",
      { default: false },
    ),
    logRetentionDays,
    rolePath,
    permissionsBoundaryArn,

    flowImage: input.optionalString("Image of flow runs. By default the worker's.", { default: null }),
    flowCpuArchitecture: input.optionalString(
      "`X86_64` or `ARM64` for flow runs, where their images differ from the worker's.",
      { default: null, validation: [architecture("flow_cpu_architecture", { nullable: true })] },
    ),
    flowLaunchType: input.string("`FARGATE`, or `FARGATE_SPOT` for flow runs that may be interrupted.", {
      default: "FARGATE",
      validation: [
        {
          condition: 'contains(["FARGATE", "FARGATE_SPOT"], var.flow_launch_type)',
          message: "flow_launch_type must be FARGATE or FARGATE_SPOT.",
        },
      ],
    }),
    flowEphemeralStorageGiB: ephemeralStorage("flow_ephemeral_storage_gib", "a flow run"),
    flowTags: input.map("Tags of every flow run's task, to find its cost again.", { default: {} }),
    flowCpu: input.number("CPU units of a flow run.", { default: DEFAULT_CPU }),
    flowMemoryMiB: input.number("Memory of a flow run in MiB.", {
      default: DEFAULT_MEMORY_MIB,
      validation: [taskSize("flow_cpu", "flow_memory_mib")],
    }),
    flowEnvironment: input.map("Environment variables of every flow run.", {
      default: {},
      validation: [withoutApiKey("flow_environment")],
    }),
    flowPolicyArns: input.map("IAM policies that flow runs need: ARNs, by any name.", { default: {} }),
    flowEgressCidrs: input.strings(
      "Where flow runs may connect to. Open, as databases are not on port 443.",
      {
        default: ["0.0.0.0/0"],
        validation: [
          {
            condition: "alltrue([for cidr in var.flow_egress_cidrs : can(cidrhost(cidr, 0))])",
            message: "flow_egress_cidrs must be IPv4 or IPv6 ranges, such as 10.0.0.0/16.",
          },
        ],
      },
    ),
    tags,
  },
  outputs: {
    serviceName: output.string("Name of the ECS service."),
    serviceArn: output.string("ARN of the ECS service."),
    taskDefinitionArn: output.string("ARN of the worker's task definition, with its revision."),
    taskRoleArn: output.string("ARN of the worker's own role."),
    flowTaskRoleArn: output.string("ARN of the role that flow runs have."),
    securityGroupId: output.string("Security group of the worker."),
    flowSecurityGroupId: output.string("Security group of flow runs: let your databases admit it."),
    workerLogGroup: output.string("Log group of the worker."),
    flowLogGroup: output.string("Log group of flow runs."),
    workerType: output.string("`ecs` or `process`: the type of the work pool."),
    workPool: output.string("Work pool that the worker serves."),
    baseJobTemplate: output.string("The work pool's base job template, as JSON."),
  },
  example: {
    prefectApiUrl: "https://prefect.example.com/api",
    apiKeySecretArn: reference("module.api_key.secret_arn"),
    clusterArn: reference("module.cluster.arn"),
    vpcId: reference("module.network.vpc_id"),
    subnetIds: reference("module.network.private_subnet_ids"),
    namespaceId: reference("module.discovery.namespace_id"),
    executionRoleArn: reference("module.task_execution_role.arn"),
  },
});

function notEmpty(variable: string): Validation {
  return { condition: `length(trimspace(var.${variable})) > 0`, message: `${variable} must not be empty.` };
}

/** In an environment the key would be readable in the task definition, the state and the plan. */
function withoutApiKey(variable: string): Validation {
  return {
    condition: `length(setintersection(keys(var.${variable}), ["PREFECT_API_KEY", "PREFECT_API_AUTH_STRING"])) == 0`,
    message: `${variable} must not hold PREFECT_API_KEY or PREFECT_API_AUTH_STRING: tasks get them from the secret.`,
  };
}
