import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import {
  ListClustersCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import { ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import { ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import {
  ListServicesCommand as ListDiscoveryCommand,
  ListNamespacesCommand,
} from "@aws-sdk/client-servicediscovery";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";

import type { AwsClients } from "./emulator.ts";

/** What exists in an account, by kind, as the AWS API tells it. What AWS keeps after a deletion is not counted. */
export type Inventory = Readonly<Record<string, readonly string[]>>;

export async function inventory(aws: AwsClients): Promise<Inventory> {
  const { ec2, ecs, iam, secrets, logs, discovery, sqs, events } = aws;
  const clusters = (await ecs.send(new ListClustersCommand({}))).clusterArns ?? [];
  const perCluster = async (list: (cluster: string) => Promise<string[] | undefined>) =>
    (await Promise.all(clusters.map(list))).flatMap((arns) => arns ?? []);
  return {
    vpcs: names((await ec2.send(new DescribeVpcsCommand({}))).Vpcs, "VpcId"),
    subnets: names((await ec2.send(new DescribeSubnetsCommand({}))).Subnets, "SubnetId"),
    routeTables: names((await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables, "RouteTableId"),
    internetGateways: names(
      (await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways,
      "InternetGatewayId",
    ),
    natGateways: names(
      (await ec2.send(new DescribeNatGatewaysCommand({}))).NatGateways?.filter(
        ({ State }) => State !== "deleted",
      ),
      "NatGatewayId",
    ),
    addresses: names((await ec2.send(new DescribeAddressesCommand({}))).Addresses, "AllocationId"),
    endpoints: names((await ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints, "VpcEndpointId"),
    networkInterfaces: names(
      (await ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces,
      "NetworkInterfaceId",
    ),
    securityGroups: names((await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups, "GroupId"),
    clusters,
    services: await perCluster(
      async (cluster) => (await ecs.send(new ListServicesCommand({ cluster }))).serviceArns,
    ),
    tasks: await perCluster(async (cluster) => (await ecs.send(new ListTasksCommand({ cluster }))).taskArns),
    taskDefinitions:
      (await ecs.send(new ListTaskDefinitionsCommand({ status: "ACTIVE" }))).taskDefinitionArns ?? [],
    roles: names((await iam.send(new ListRolesCommand({}))).Roles, "RoleName"),
    secrets: names((await secrets.send(new ListSecretsCommand({}))).SecretList, "Name"),
    logGroups: names((await logs.send(new DescribeLogGroupsCommand({}))).logGroups, "logGroupName"),
    namespaces: names((await discovery.send(new ListNamespacesCommand({}))).Namespaces, "Name"),
    discoveryServices: names((await discovery.send(new ListDiscoveryCommand({}))).Services, "Name"),
    queues: (await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? [],
    rules: names((await events.send(new ListRulesCommand({}))).Rules, "Name"),
  };
}

/** What is in `after` and was not in `before`, by kind; kinds without anything new are left out. */
export function added(before: Inventory, after: Inventory): Inventory {
  const kinds = Object.entries(after).map(
    ([kind, now]) => [kind, now.filter((name) => !before[kind]?.includes(name))] as const,
  );
  return Object.fromEntries(kinds.filter(([, fresh]) => fresh.length > 0));
}

function names<Key extends string>(
  rows: readonly { readonly [key in Key]?: string }[] | undefined,
  key: Key,
): string[] {
  return (rows ?? []).flatMap((row) => row[key] ?? []).sort();
}
