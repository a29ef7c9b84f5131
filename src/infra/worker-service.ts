import { type IResolvable, type ITerraformDependable, TerraformCount } from "cdktn";
import type { Construct } from "constructs";
import { EcsService, type EcsServiceConfig } from "#aws/ecs-service.ts";
import type { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import type { SecurityGroup } from "#aws/security-group.ts";
import { bare, choose, tf } from "#terraform/expressions.ts";
import { note, noteOn } from "#terraform/notes.ts";
import { createRegistry } from "./registry.ts";
import { capacityOf } from "./service-capacity.ts";
import type { WorkerProps } from "./worker-props.ts";

type ServiceInputs =
  | "name"
  | "clusterArn"
  | "subnetIds"
  | "assignPublicIp"
  | "namespaceId"
  | "desiredCount"
  | "scaled"
  | "mostTasks"
  | "capacityProviderStrategy"
  | "zoneRebalancing"
  | "enableExecuteCommand"
  | "tags";

interface WorkerServiceProps extends Pick<WorkerProps, ServiceInputs> {
  readonly taskDefinition: EcsTaskDefinition;
  readonly securityGroup: SecurityGroup;
  /** What must be there before the first task starts. */
  readonly dependsOn: readonly ITerraformDependable[];
  /** Whether there is but one worker name, so that no new task may run beside the old one. */
  readonly single: boolean | IResolvable;
}

export interface WorkerService {
  readonly name: string;
  readonly arn: string;
}

/**
 * The ECS service that keeps the worker running, registered in Cloud Map. It stands here twice, as `ignore_changes`
 * knows no conditions: one of the two exists, and the root's `moved` blocks make it the other when the mode changes.
 */
export function createService(scope: Construct, props: WorkerServiceProps): WorkerService {
  const { name, scaled, single } = props;
  const registry = createRegistry(scope, "worker_service_discovery_service", {
    ...props,
    description: `Prefect worker ${name}.`,
  });
  const config = serviceConfig(props, registry.arn);
  if (typeof scaled === "boolean") {
    const service = annotated(scaled ? createScaled(scope, config) : createFixed(scope, config), single);
    return { name: service.name, arn: service.id };
  }
  const fixed = annotated(
    createFixed(scope, { count: TerraformCount.of(choose(scaled, 0, 1)), ...config }),
    single,
  );
  const free = annotated(
    createScaled(scope, { count: TerraformCount.of(choose(scaled, 1, 0)), ...config }),
    single,
  );
  const one = (attribute: string) =>
    tf`one(concat(${fixed.fqn}[*].${bare(attribute)}, ${free.fqn}[*].${bare(attribute)}))`.string;
  return { name: one("name"), arn: one("id") };
}

const createFixed = (scope: Construct, config: EcsServiceConfig): EcsService =>
  new EcsService(scope, "worker_ecs_service", config);

function createScaled(scope: Construct, config: EcsServiceConfig): EcsService {
  const service = new EcsService(scope, "scaled_ecs_service", {
    ...config,
    lifecycle: { ignoreChanges: ["desired_count"] },
  });
  note(service, "The same service where something else sets how many tasks run, once it is made.");
  return service;
}

function serviceConfig(props: WorkerServiceProps, registryArn: string): EcsServiceConfig {
  const { name, desiredCount, securityGroup, single, tags } = props;
  return {
    name,
    cluster: props.clusterArn,
    taskDefinition: props.taskDefinition.arn,
    desiredCount,
    ...capacityOf(props),
    deploymentMinimumHealthyPercent: choose(single, 0, 100),
    deploymentMaximumPercent: choose(single, 100, 200),
    deploymentCircuitBreaker: { enable: true, rollback: true },
    availabilityZoneRebalancing: choose(props.zoneRebalancing, "ENABLED", "DISABLED"),
    networkConfiguration: {
      subnets: props.subnetIds,
      securityGroups: [securityGroup.id],
      assignPublicIp: props.assignPublicIp,
    },
    serviceRegistries: { registryArn },
    enableExecuteCommand: props.enableExecuteCommand,
    enableEcsManagedTags: true,
    propagateTags: "SERVICE",
    tags,
    dependsOn: [...props.dependsOn],
  };
}

function annotated(service: EcsService, single: WorkerServiceProps["single"]): EcsService {
  noteOn(
    service,
    "deployment_minimum_healthy_percent",
    single === false
      ? "Tasks are replaced in turn: each is a worker with a name of its own."
      : "A single worker stops before its successor starts: both would have the same name in Prefect.",
  );
  noteOn(
    service,
    "availability_zone_rebalancing",
    "Unless asked for, a task is not stopped just to run in another zone. AWS would default to ENABLED.",
  );
  return service;
}
