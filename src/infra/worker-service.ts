import { type ITerraformDependable, Token } from "cdktn";
import type { Construct } from "constructs";
import { EcsService } from "#aws/ecs-service.ts";
import type { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import { choose, tf } from "#terraform/expressions.ts";
import { noteOn } from "#terraform/notes.ts";
import { createRegistry } from "./registry.ts";
import { capacityOf } from "./service-capacity.ts";
import type { WorkerAccess } from "./worker-access.ts";
import type { WorkerLogs } from "./worker-logs.ts";
import type { WorkerProps } from "./worker-props.ts";

interface WorkerServiceProps extends WorkerProps {
  readonly taskDefinition: EcsTaskDefinition;
  readonly access: WorkerAccess;
  readonly logs: WorkerLogs;
}

/** The ECS service that keeps the worker running, registered in Cloud Map. */
export function createService(scope: Construct, props: WorkerServiceProps): EcsService {
  const { name, desiredCount, access, logs, tags } = props;
  const registry = createRegistry(scope, "worker_service_discovery_service", {
    ...props,
    description: `Prefect worker ${name}.`,
  });
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
