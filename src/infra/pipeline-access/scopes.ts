import { TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import { tf } from "#terraform/expressions.ts";
import { accountOf } from "../account.ts";
import type { PipelineAccessProps } from "./props.ts";
import { EC2_KINDS, type Ec2Kind, type ScopeName } from "./scope-names.ts";

/** Resources and conditions of a statement. */
export interface Scope {
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, unknown>>;
}

/** What tags what it makes. */
const EC2_CREATES = [
  "AllocateAddress",
  "AuthorizeSecurityGroupEgress",
  "AuthorizeSecurityGroupIngress",
  "CreateFlowLogs",
  "CreateInternetGateway",
  "CreateNatGateway",
  "CreateRouteTable",
  "CreateSecurityGroup",
  "CreateSubnet",
  "CreateVpc",
  "CreateVpcEndpoint",
];

/** IAM's policies are small: what belongs to one service, or to few, is one policy. */
export const AREAS: Readonly<Record<string, readonly ScopeName[]>> = {
  network: [
    ...EC2_KINDS.map((kind) => `new-${kind}` as const),
    "ownEc2",
    "taggingNewEc2",
    "anyVpc",
    "groupRules",
  ],
  roles: [
    "boundedRoles",
    "roles",
    "attachments",
    "taskRoles",
    "flowLogsRole",
    "ecsServiceLinkedRole",
    "scalingServiceLinkedRole",
    "scalerRole",
  ],
  tasks: [
    "anywhere",
    "newAnywhere",
    "newCluster",
    "cluster",
    "services",
    "newTaskDefinitions",
    "taskDefinitions",
  ],
  balancers: ["loadBalancers", "elbServiceLinkedRole"],
  around: [
    ...([
      "logGroups",
      "rules",
      "queues",
      "secret",
      "imageRepository",
      "scaling",
      "scalingAlarms",
      "scaler",
    ] as const),
    ...(["namespaces", "newDiscoveryServices", "discoveryServices"] as const),
  ],
};

/** Where the apply role may do what: under the system's names where AWS knows names, under its tags where it numbers. */
export function createScopes(
  scope: Construct,
  props: PipelineAccessProps,
  boundaryArn: string,
): Record<ScopeName, Scope> {
  const { partition, region, id: account } = accountOf(scope);
  const arn = (id: string, service: string, regional = true) =>
    new TerraformLocal(scope, id, `arn:${partition}:${service}:${regional ? region : ""}:${account}`)
      .asString;
  const ec2 = arn("ec2_arn", "ec2");
  const ecs = arn("ecs_arn", "ecs");
  const iam = arn("iam_arn", "iam", false);
  const role = new TerraformLocal(scope, "role_arn", `${iam}:role${props.rolePath}`).asString;
  const logs = arn("logs_arn", "logs");
  const events = arn("events_arn", "events");
  const sqs = arn("sqs_arn", "sqs");
  const discovery = arn("discovery_arn", "servicediscovery");
  const elb = arn("elb_arn", "elasticloadbalancing");
  const { workers, services, clusterName, executionRoleName, resourceTags } = props;
  const hasFlowLogs = tf`contains(${props.modules}, "flow-logs")`;
  const hasScaler = tf`contains(${props.modules}, "scaler")`;

  const tagged = new TerraformLocal(
    scope,
    "tagged_as_ours",
    tf`{ for tag, value in ${resourceTags} : "aws:ResourceTag/\${tag}" => value }`,
  );
  const tagging = new TerraformLocal(
    scope,
    "tagging_as_ours",
    tf`{ for tag, value in ${resourceTags} : "aws:RequestTag/\${tag}" => value }`,
  );
  const isOurs = { StringEquals: tf`${tagged.fqn}` };
  const becomesOurs = { StringEquals: tf`${tagging.fqn}` };
  const roles = new TerraformLocal(
    scope,
    "roles",
    tf`concat(["\${${role}}\${${executionRoleName}}"], [for worker in ${workers} : "\${${role}}prefect-\${worker}-task-role"], [for worker in ${workers} : "\${${role}}prefect-\${worker}-flow-task-role"], [for service in ${services} : "\${${role}}prefect-\${service}-task-role"], [for service in ${services} : "\${${role}}prefect-\${service}-execution-role"], ${hasFlowLogs} ? ["\${${role}}prefect-flow-logs-vpc-*"] : [], ${hasScaler} ? ["\${${role}}prefect-scaler-*"] : [])`,
  ).asList;
  const taskDefinitions = tf`[for name in concat(${workers}, ${services}) : "\${${ecs}}:task-definition/\${name}:*"]`;
  const bounded = { StringEquals: { "iam:PermissionsBoundary": boundaryArn } };

  const newEc2 = Object.fromEntries(
    EC2_KINDS.map((kind) => [`new-${kind}`, { Resource: `${ec2}:${kind}/*`, Condition: becomesOurs }]),
  ) as unknown as Record<`new-${Ec2Kind}`, Scope>;

  return {
    anywhere: { Resource: "*" },
    newAnywhere: { Resource: "*", Condition: becomesOurs },
    newCluster: { Resource: `${ecs}:cluster/${clusterName}`, Condition: becomesOurs },
    cluster: { Resource: `${ecs}:cluster/${clusterName}` },
    tasks: { Resource: `${ecs}:task/${clusterName}/*` },
    services: {
      Resource: tf`[for name in concat(${workers}, ${services}) : "\${${ecs}}:service/\${${clusterName}}/\${name}"]`,
    },
    newTaskDefinitions: { Resource: taskDefinitions, Condition: becomesOurs },
    taskDefinitions: { Resource: taskDefinitions },
    logGroups: {
      Resource: tf`concat([for name in concat(${workers}, ${services}) : "\${${logs}}:log-group:/prefect/\${name}/*"], ${hasFlowLogs} ? ["\${${logs}}:log-group:/prefect/flow-logs/*"] : [], ${hasScaler} ? ["\${${logs}}:log-group:/prefect/scaler/*"] : [])`,
    },
    rules: {
      Resource: tf`concat([for worker in ${workers} : "\${${events}}:rule/prefect-\${worker}-task-*"], ${hasScaler} ? ["\${${events}}:rule/prefect-scaler-*"] : [])`,
    },
    queues: { Resource: tf`[for worker in ${workers} : "\${${sqs}}:prefect-\${worker}-task-*"]` },
    roles: { Resource: roles },
    boundedRoles: { Resource: roles, Condition: bounded },
    attachments: {
      Resource: roles,
      Condition: {
        ...bounded,
        ArnEquals: {
          "iam:PolicyARN": tf`concat(["arn:\${${partition}}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"], ${props.policyArns})`,
        },
      },
    },
    taskRoles: {
      Resource: roles,
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    flowLogsRole: {
      Resource: tf`"\${${role}}prefect-flow-logs-vpc-*"`,
      Condition: { StringEquals: { "iam:PassedToService": "vpc-flow-logs.amazonaws.com" } },
    },
    secret: {
      Resource: `arn:${partition}:secretsmanager:${region}:${account}:secret:${props.secretName}-??????`,
    },
    imageRepository: {
      Resource: `arn:${partition}:ecr:${region}:${account}:repository/${props.imageRepositoryName}`,
    },
    namespaces: { Resource: `${discovery}:namespace/*`, Condition: isOurs },
    // AWS asks about the namespace and the service, both times with the tags that the service is to have.
    newDiscoveryServices: {
      Resource: [`${discovery}:namespace/*`, `${discovery}:service/*`],
      Condition: becomesOurs,
    },
    discoveryServices: { Resource: `${discovery}:service/*`, Condition: isOurs },
    ...newEc2,
    ownEc2: { Resource: `${ec2}:*/*`, Condition: isOurs },
    taggingNewEc2: {
      Resource: `${ec2}:*/*`,
      Condition: { StringEquals: { "ec2:CreateAction": EC2_CREATES } },
    },
    anyVpc: { Resource: `${ec2}:vpc/*` },
    groupRules: { Resource: `${ec2}:security-group-rule/*` },
    loadBalancers: {
      Resource: tf`flatten([for service in ${services} : ["\${${elb}}:loadbalancer/app/prefect-\${service}/*", "\${${elb}}:listener/app/prefect-\${service}/*", "\${${elb}}:targetgroup/prefect-\${service}/*"]])`,
    },
    elbServiceLinkedRole: {
      Resource: `${iam}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*`,
      Condition: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    },
    ecsServiceLinkedRole: {
      Resource: `${iam}:role/aws-service-role/ecs.amazonaws.com/*`,
      Condition: { StringEquals: { "iam:AWSServiceName": "ecs.amazonaws.com" } },
    },
    scaler: { Resource: `arn:${partition}:lambda:${region}:${account}:function:prefect-scaler-*` },
    scalerRole: {
      Resource: `${role}prefect-scaler-*`,
      Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    },
    scaling: {
      Resource: `arn:${partition}:application-autoscaling:${region}:${account}:scalable-target/*`,
    },
    scalingAlarms: {
      Resource: `arn:${partition}:cloudwatch:${region}:${account}:alarm:TargetTracking-service/${clusterName}/*`,
    },
    scalingServiceLinkedRole: {
      Resource: `${iam}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/*`,
      Condition: { StringEquals: { "iam:AWSServiceName": "ecs.application-autoscaling.amazonaws.com" } },
    },
  };
}
