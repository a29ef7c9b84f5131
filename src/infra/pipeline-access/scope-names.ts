/** Where an action is allowed; `scopes.ts` says what each is. */
export type ScopeName =
  | "anywhere"
  | "newAnywhere"
  | "newCluster"
  | "cluster"
  | "tasks"
  | "services"
  | "newTaskDefinitions"
  | "taskDefinitions"
  | "logGroups"
  | "rules"
  | "queues"
  | "roles"
  | "boundedRoles"
  | "attachments"
  | "taskRoles"
  | "flowLogsRole"
  | "secret"
  | "imageRepository"
  | "namespaces"
  | "newDiscoveryServices"
  | "discoveryServices"
  | `new-${Ec2Kind}`
  | "ownEc2"
  | "taggingNewEc2"
  | "anyVpc"
  | "groupRules"
  | "ecsServiceLinkedRole"
  | "scaling"
  | "scalingAlarms"
  | "scaler"
  | "scalerRole"
  | "scalingServiceLinkedRole"
  | "loadBalancers"
  | "elbServiceLinkedRole";

/** What EC2 makes for us, and how it calls it in ARNs. */
export const EC2_KINDS = [
  "elastic-ip",
  "internet-gateway",
  "natgateway",
  "route-table",
  "security-group",
  "subnet",
  "vpc",
  "vpc-endpoint",
  "vpc-flow-log",
] as const;
export type Ec2Kind = (typeof EC2_KINDS)[number];
