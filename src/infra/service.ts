import type { ITerraformDependable } from "cdktn";
import { Construct } from "constructs";
import { CloudwatchLogGroup } from "#aws/cloudwatch-log-group.ts";
import { EcsService } from "#aws/ecs-service.ts";
import type { EcsTaskDefinition } from "#aws/ecs-task-definition.ts";
import { choose, tf } from "#terraform/expressions.ts";
import { createRegistry } from "./registry.ts";
import { capacityOf } from "./service-capacity.ts";
import { createServiceNetwork, type ServiceNetwork } from "./service-network.ts";
import type { ServiceProps } from "./service-props.ts";
import { createServiceRoles, type ServiceRoles } from "./service-roles.ts";
import { createServiceTask, SERVICE_CONTAINER, START_PERIOD_SECONDS } from "./service-task.ts";

/** A service of the user's own on the cluster, beside the workers. */
export class Service extends Construct {
  readonly logGroup: CloudwatchLogGroup;
  readonly roles: ServiceRoles;
  readonly network: ServiceNetwork;
  readonly taskDefinition: EcsTaskDefinition;
  readonly service: EcsService;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    this.logGroup = new CloudwatchLogGroup(this, "cloudwatch_log_group", {
      name: `/prefect/${props.name}/service`,
      retentionInDays: props.logRetentionDays,
      tags: props.tags,
    });
    this.roles = createServiceRoles(this, props);
    this.network = createServiceNetwork(this, props);
    this.taskDefinition = createServiceTask(this, props, this.logGroup, this.roles);
    this.service = this.createService(props);
  }

  private createService(props: ServiceProps): EcsService {
    const { name, port, loadBalancers, tags } = props;
    const registry = createRegistry(this, "service_discovery_service", {
      ...props,
      description: `Service ${name}, beside Prefect's workers.`,
    });
    const service = new EcsService(this, "ecs_service", {
      name,
      cluster: props.clusterArn,
      taskDefinition: this.taskDefinition.arn,
      desiredCount: props.desiredCount,
      ...capacityOf(props),
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriodSeconds: choose(
        tf`length(${loadBalancers}) > 0`,
        START_PERIOD_SECONDS,
        null as unknown as number,
      ),
      availabilityZoneRebalancing: "DISABLED",
      networkConfiguration: {
        subnets: props.subnetIds,
        securityGroups: [this.network.securityGroup.id],
        assignPublicIp: props.assignPublicIp,
      },
      serviceRegistries: { registryArn: registry.arn },
      enableExecuteCommand: props.enableExecuteCommand,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      tags,
      dependsOn: [...this.roles.rights, ...this.network.rules, this.logGroup] as ITerraformDependable[],
    });
    service.addOverride("dynamic.load_balancer", {
      for_each: tf`${loadBalancers}`,
      content: {
        target_group_arn: tf`load_balancer.value.target_group_arn`,
        container_name: SERVICE_CONTAINER,
        container_port: port,
      },
    });
    return service;
  }
}
