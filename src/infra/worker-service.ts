import { type IResolvable, type ITerraformDependable, TerraformCount } from "cdktn";
import type { Construct } from "constructs";
import { EcsService, type EcsServiceConfig } from "#aws/ecs-service.ts";
import type { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import type { SecurityGroup } from "#aws/security-group.ts";
import { ServiceDiscoveryService } from "#aws/service-discovery-service.ts";
import { bare, choose, tf } from "#terraform/expressions.ts";
import { note, noteOn } from "#terraform/notes.ts";
import { capacityOf } from "./service-capacity.ts";
import type { WorkerProps } from "./worker-props.ts";

/** Seconds for which a name may be remembered: tasks come and go. */
const DNS_TTL_SECONDS = 10;

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
  const config = serviceConfig(props, createRegistry(scope, props));
  const { scaled } = props;
  if (typeof scaled === "boolean") {
    const service = scaled ? createScaled(scope, config) : createFixed(scope, config);
    return { name: service.name, arn: service.id };
  }
  const fixed = createFixed(scope, { count: TerraformCount.of(choose(scaled, 0, 1)), ...config });
  const free = createScaled(scope, { count: TerraformCount.of(choose(scaled, 1, 0)), ...config });
  const one = (attribute: string) =>
    tf`one(concat(${fixed.fqn}[*].${bare(attribute)}, ${free.fqn}[*].${bare(attribute)}))`.string;
  return { name: one("name"), arn: one("id") };
}

const createFixed = (scope: Construct, config: EcsServiceConfig): EcsService =>
  annotated(new EcsService(scope, "worker_ecs_service", config));

function createScaled(scope: Construct, config: EcsServiceConfig): EcsService {
  const service = new EcsService(scope, "scaled_ecs_service", {
    ...config,
    lifecycle: { ignoreChanges: ["desired_count"] },
  });
  note(service, "The same service where something else sets how many tasks run, once it is made.");
  return annotated(service);
}

function serviceConfig(props: WorkerServiceProps, registry: ServiceDiscoveryService): EcsServiceConfig {
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
    serviceRegistries: { registryArn: registry.arn },
    enableExecuteCommand: props.enableExecuteCommand,
    enableEcsManagedTags: true,
    propagateTags: "SERVICE",
    tags,
    dependsOn: [...props.dependsOn],
  };
}

function annotated(service: EcsService): EcsService {
  noteOn(
    service,
    "deployment_minimum_healthy_percent",
    "A single worker stops before its successor starts: both would have the same name in Prefect.",
  );
  noteOn(
    service,
    "availability_zone_rebalancing",
    "Unless asked for, a task is not stopped just to run in another zone. AWS would default to ENABLED.",
  );
  return service;
}

function createRegistry(
  scope: Construct,
  { name, namespaceId, tags }: WorkerServiceProps,
): ServiceDiscoveryService {
  const registry = new ServiceDiscoveryService(scope, "worker_service_discovery_service", {
    name,
    description: `Prefect worker ${name}.`,
    namespaceId,
    dnsConfig: {
      namespaceId,
      routingPolicy: "MULTIVALUE",
      dnsRecords: [{ type: "A", ttl: DNS_TTL_SECONDS }],
    },
    healthCheckCustomConfig: { failureThreshold: 1 },
    forceDestroy: true,
    tags,
  });
  noteOn(registry, "force_destroy", "Registrations of tasks that are still stopping do not hold up destroy.");
  noteOn(
    registry,
    "health_check_custom_config",
    [
      "By this ECS tells Cloud Map that a task is healthy; without it ECS stops the task after some minutes. The provider",
      "warns that AWS ignores the number, but forgets the whole block when the number is left out.",
    ].join("\n"),
  );
  return registry;
}
