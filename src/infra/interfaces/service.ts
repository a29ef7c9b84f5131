import { defineInterface, input, output, reference } from "#terraform/module-interface.ts";
import { architecture, capacityProviderStrategy, ephemeralStorage } from "./capacity.ts";
import { logRetentionDays } from "./log-retention.ts";
import { workerName } from "./names.ts";
import { permissionsBoundaryArn, rolePath } from "./roles.ts";
import { tags } from "./tags.ts";
import { taskSize } from "./task-sizes.ts";

/** A load balancer that sends requests to a service. */
export interface AttachedBalancer {
  readonly targetGroupArn: string;
  readonly securityGroupId: string;
}

const DEFAULT_CPU = 512;
const DEFAULT_MEMORY_MIB = 1024;

/**
 * What the module `service` takes and gives. A service of your own beside the workers: about $18 a month for each task of 0.5
 * vCPU and 1 GB.
 *
 * @see https://aws.amazon.com/fargate/pricing/
 */
export const serviceInterface = defineInterface({
  name: "service",
  description: [
    "A service of your own beside the workers, such as a webhook receiver or a Prefect server: an ECS service on Fargate",
    "with roles, a security group and a log group of its own, found by others under its name in the Cloud Map namespace.",
    "0.5 vCPU and 1 GB cost about $18 a month for each task (us-east-1, x86), logs $0.50 a GB.",
  ].join("\n"),
  inputs: {
    name: input.string("Name of the service, in the DNS and in the names of all that belongs to it.", {
      validation: [workerName("name")],
    }),
    image: input.string("Image of the container."),
    command: input.optionalStrings("Command of the container. By default the image's.", { default: null }),
    port: input.number("Port on which the container listens.", {
      validation: [
        {
          condition: "var.port >= 1 && var.port <= 65535 && floor(var.port) == var.port",
          message: "port must be a whole number from 1 to 65535.",
        },
      ],
    }),
    environment: input.map("Environment variables of the container.", { default: {} }),
    secrets: input.map(
      "Environment variables that ECS reads from Secrets Manager or the Parameter Store: ARNs by variable.",
      {
        default: {},
        validation: [
          {
            condition:
              'alltrue([for arn in values(var.secrets) : can(regex("^arn:[^:]+:(secretsmanager|ssm):", arn))])',
            message: "secrets must be ARNs of secrets or of parameters.",
          },
          {
            condition: "length(setintersection(keys(var.secrets), keys(var.environment))) == 0",
            message: "secrets and environment must not name the same variable.",
          },
        ],
      },
    ),
    healthCheckCommand: input.optionalString(
      "Shell command by which ECS asks the container whether it is well: exit status 0 says so.",
      { default: null },
    ),

    clusterArn: input.string("ARN of the ECS cluster."),
    vpcId: input.string("VPC of the subnets."),
    subnetIds: input.strings("Subnets of the tasks.", {
      validation: [
        { condition: "length(var.subnet_ids) > 0", message: "subnet_ids needs at least one subnet." },
      ],
    }),
    assignPublicIp: input.boolean(
      "Public addresses for tasks: needed where the way out is an Internet gateway.",
      { default: false },
    ),
    namespaceId: input.string("Cloud Map namespace in which the service registers."),
    loadBalancers: input.objectMap<AttachedBalancer>("target_group_arn = string, security_group_id = string")(
      "Load balancers in front of it, by any name.",
      { default: {} },
    ),
    callers: input.map("Security groups that may connect, by any name: those of workers and flow runs.", {
      default: {},
    }),
    allowedCidrs: input.strings("Address ranges inside the network that may connect as well.", {
      default: [],
      validation: [
        {
          condition: "alltrue([for cidr in var.allowed_cidrs : can(cidrnetmask(cidr))])",
          message: "allowed_cidrs must be IPv4 ranges, such as 10.0.0.0/16.",
        },
      ],
    }),
    egressCidrs: input.strings("Where the service may connect to.", {
      default: ["0.0.0.0/0"],
      validation: [
        {
          condition: "alltrue([for cidr in var.egress_cidrs : can(cidrnetmask(cidr))])",
          message: "egress_cidrs must be IPv4 ranges, such as 10.0.0.0/16.",
        },
      ],
    }),

    cpu: input.number("CPU units of a task; 1024 are one vCPU.", { default: DEFAULT_CPU }),
    memoryMiB: input.number("Memory of a task in MiB.", {
      default: DEFAULT_MEMORY_MIB,
      validation: [taskSize("cpu", "memory_mib")],
    }),
    cpuArchitecture: input.string("`X86_64` or `ARM64`: the image must offer it.", {
      default: "X86_64",
      validation: [architecture("cpu_architecture")],
    }),
    ephemeralStorageGiB: ephemeralStorage("ephemeral_storage_gib", "a task"),
    desiredCount: input.number("How many tasks run.", {
      default: 1,
      validation: [
        {
          condition: "var.desired_count >= 0 && floor(var.desired_count) == var.desired_count",
          message: "desired_count must be a whole number, 0 or more.",
        },
      ],
    }),
    stopTimeoutSeconds: input.number("Seconds between the request to stop and the kill, 2 to 120.", {
      default: 30,
      validation: [
        {
          condition: "var.stop_timeout_seconds >= 2 && var.stop_timeout_seconds <= 120",
          message: "stop_timeout_seconds must be 2 to 120.",
        },
      ],
    }),
    capacityProviderStrategy,
    enableExecuteCommand: input.boolean(
      "Whether ECS Exec may open a shell in the service's tasks: whoever may call it sees what the service sees.",
      { default: false },
    ),
    policyArns: input.map("IAM policies of the code in the container: ARNs, by any name.", { default: {} }),
    logRetentionDays,
    rolePath,
    permissionsBoundaryArn,
    tags,
  },
  outputs: {
    serviceName: output.string("Name of the ECS service."),
    serviceArn: output.string("ARN of the ECS service."),
    taskDefinitionArn: output.string("ARN of the task definition, with its revision."),
    taskRoleArn: output.string("ARN of the role that the code in the container has."),
    securityGroupId: output.string("Security group of the service."),
    logGroup: output.string("Log group of the service."),
  },
  example: {
    name: "webhooks",
    image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/webhooks:1.4.0",
    port: 8000,
    clusterArn: reference("module.cluster.arn"),
    vpcId: reference("module.network.vpc_id"),
    subnetIds: reference("module.network.private_subnet_ids"),
    namespaceId: reference("module.discovery.namespace_id"),
  },
});
