import { TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import type { CloudwatchLogGroup } from "#aws/cloudwatch-log-group.ts";
import { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import { optionalBlock } from "#terraform/blocks.ts";
import { jsonencode, namedList, tf } from "#terraform/expressions.ts";
import { regionOf } from "./account.ts";
import { beyondUsualStorage } from "./ephemeral-storage.ts";
import type { ServiceProps } from "./service-props.ts";
import type { ServiceRoles } from "./service-roles.ts";

export const SERVICE_CONTAINER = "service";

/** A container that answers well is healthy at once; failures before this count for nothing. It is the longest that ECS takes. */
export const START_PERIOD_SECONDS = 300;

/** The service's task definition. */
export function createServiceTask(
  scope: Construct,
  props: ServiceProps,
  logGroup: CloudwatchLogGroup,
  roles: ServiceRoles,
): EcsTaskDefinition {
  const healthCheck = {
    command: ["CMD-SHELL", props.healthCheckCommand],
    interval: 10,
    timeout: 5,
    retries: 6,
    startPeriod: START_PERIOD_SECONDS,
  };
  const container = new TerraformLocal(scope, "container", {
    name: SERVICE_CONTAINER,
    image: props.image,
    essential: true,
    command: props.command,
    environment: namedList(props.environment, "value"),
    secrets: namedList(props.secrets, "valueFrom"),
    portMappings: [{ containerPort: props.port, hostPort: props.port, protocol: "tcp" }],
    healthCheck: tf`${props.healthCheckCommand} == null ? null : ${healthCheck}`,
    stopTimeout: props.stopTimeoutSeconds,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroup.name,
        "awslogs-region": regionOf(scope),
        "awslogs-stream-prefix": props.name,
      },
    },
  });
  const definition = new EcsTaskDefinition(scope, "ecs_task_definition", {
    family: props.name,
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: tf`${props.cpu}`.string,
    memory: tf`${props.memoryMiB}`.string,
    executionRoleArn: roles.execution.arn,
    taskRoleArn: roles.task.arn,
    runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: props.cpuArchitecture },
    containerDefinitions: jsonencode([
      tf`{ for key, value in ${container.fqn} : key => value if value != null }`,
    ]),
    tags: props.tags,
    lifecycle: { createBeforeDestroy: true },
  });
  optionalBlock(definition, "ephemeral_storage", ...beyondUsualStorage(props.ephemeralStorageGiB));
  return definition;
}
