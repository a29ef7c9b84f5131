import type { ScopeName } from "./scope-names.ts";

/** What data sources of the modules read. */
export const DATA_READS: Readonly<Record<string, readonly string[]>> = {
  aws_availability_zones: ["ec2:DescribeAvailabilityZones"],
  aws_caller_identity: ["sts:GetCallerIdentity"],
  aws_partition: [],
  aws_region: [],
  aws_ecs_cluster: ["ecs:DescribeClusters"],
  aws_route_table: ["ec2:DescribeRouteTables"],
  aws_route_tables: ["ec2:DescribeRouteTables"],
  aws_subnet: ["ec2:DescribeSubnets"],
  aws_subnets: ["ec2:DescribeSubnets"],
  aws_vpc: ["ec2:DescribeRouteTables", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcs"],
};

/** What this tool itself reads: the gate of a deploy, and what it says when a worker does not come up. */
export const OWN_READS: readonly string[] = [
  "ecs:DescribeTaskDefinition",
  "ecs:DescribeTasks",
  "ecs:GetTaskProtection",
  "ecs:ListTaskDefinitions",
  "ecs:ListTasks",
  "logs:DescribeLogStreams",
  "logs:FilterLogEvents",
  "logs:GetLogEvents",
];

/** Where what is read says more than that it exists, it is read only of the system's own. */
const READ_SCOPES: Readonly<Record<string, ScopeName>> = {
  events: "rules",
  iam: "roles",
  logs: "logGroups",
  secretsmanager: "secret",
  sqs: "queues",
};
const READ_SCOPES_OF_ACTIONS: Readonly<Record<string, ScopeName>> = {
  "ecs:DescribeClusters": "cluster",
  "ecs:DescribeServices": "services",
  "ecs:DescribeTasks": "tasks",
  // It lists, and knows no resource.
  "logs:DescribeLogGroups": "anywhere",
};

/** Where an action that reads is allowed. */
export const readScope = (action: string): ScopeName =>
  READ_SCOPES_OF_ACTIONS[action] ?? READ_SCOPES[action.split(":")[0]!] ?? "anywhere";
