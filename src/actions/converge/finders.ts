import { findCluster, findService, findTaskDefinition } from "./find-ecs.ts";
import {
  findDiscoveryService,
  findLogGroup,
  findNamespace,
  findQueue,
  findRole,
  findRule,
  findRuleTarget,
  findSecret,
} from "./find-named.ts";
import {
  findAddress,
  findEgressRule,
  findEndpoint,
  findIngressRule,
  findInternetGateway,
  findNatGateway,
  findRoute,
  findRouteTable,
  findRouteTableAssociation,
  findSecurityGroup,
  findSubnet,
  findVpc,
} from "./find-network.ts";
import type { Finder } from "./found.ts";

/**
 * How each kind of resource is found that AWS would refuse to make twice, or would make twice. Kinds that are not here can simply be
 * written again: policies and their attachments, a secret's value, a queue's redrive policy.
 */
export const FINDERS: Readonly<Record<string, Finder>> = {
  aws_cloudwatch_event_rule: findRule,
  aws_cloudwatch_event_target: findRuleTarget,
  aws_cloudwatch_log_group: findLogGroup,
  aws_ecs_cluster: findCluster,
  aws_ecs_service: findService,
  aws_ecs_task_definition: findTaskDefinition,
  aws_eip: findAddress,
  aws_iam_role: findRole,
  aws_internet_gateway: findInternetGateway,
  aws_nat_gateway: findNatGateway,
  aws_route: findRoute,
  aws_route_table: findRouteTable,
  aws_route_table_association: findRouteTableAssociation,
  aws_secretsmanager_secret: findSecret,
  aws_security_group: findSecurityGroup,
  aws_service_discovery_private_dns_namespace: findNamespace,
  aws_service_discovery_service: findDiscoveryService,
  aws_sqs_queue: findQueue,
  aws_subnet: findSubnet,
  aws_vpc: findVpc,
  aws_vpc_endpoint: findEndpoint,
  aws_vpc_security_group_egress_rule: findEgressRule,
  aws_vpc_security_group_ingress_rule: findIngressRule,
};
