import { type ITerraformDependable, Token } from "cdktn";
import type { Construct } from "constructs";
import { EcsService } from "#aws/ecs-service.ts";
import type { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import { ServiceDiscoveryService } from "#aws/service-discovery-service.ts";
import { choose, tf } from "#terraform/expressions.ts";
import { noteOn } from "#terraform/notes.ts";
import { capacityOf } from "./service-capacity.ts";
import type { WorkerAccess } from "./worker-access.ts";
import type { WorkerLogs } from "./worker-logs.ts";
import type { WorkerProps } from "./worker-props.ts";

/** Seconds for which a name may be remembered: tasks come and go. */
const DNS_TTL_SECONDS = 10;

interface WorkerServiceProps extends WorkerProps {
  readonly taskDefinition: EcsTaskDefinition;
  readonly access: WorkerAccess;
  readonly logs: WorkerLogs;
}

/** The ECS service that keeps the worker running, registered in Cloud Map. */
export function createService(scope: Construct, props: WorkerServiceProps): EcsService {
  const { name, desiredCount, access, logs, tags } = props;
  const registry = createRegistry(scope, props);
  const single = Token.isUnresolved(desiredCount) ? tf`${desiredCount} <= 1` : desiredCount <= 1;

  const service = new EcsService(scope, "worker_ecs_service", {
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
      securityGroups: [access.securityGroup.id],
      assignPublicIp: props.assignPublicIp,
    },
    serviceRegistries: { registryArn: registry.arn },
    enableExecuteCommand: props.enableExecuteCommand,
    enableEcsManagedTags: true,
    propagateTags: "SERVICE",
    tags,
    dependsOn: [...access.rights, logs.worker] as ITerraformDependable[],
  });
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

function createRegistry(scope: Construct, { name, namespaceId, tags }: WorkerProps): ServiceDiscoveryService {
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
