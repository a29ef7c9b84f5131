import { CreateLogGroupCommand, DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { PutRuleCommand } from "@aws-sdk/client-eventbridge";
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRolePermissionsBoundaryCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { CreatePrivateDnsNamespaceCommand } from "@aws-sdk/client-servicediscovery";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { AwsClients } from "./emulator.ts";

/** A call that must be denied, with words for it. */
export type ForbiddenCall = readonly [what: string, call: () => Promise<unknown>];

const ACCOUNT = "000000000000";
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const policy = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;
const TASK_ROLE = "prefect-dev-worker-prod-task-role";
const BOUNDARY = policy("prefect-fargate-prod-boundary");
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const EVERYTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
const EVERYBODY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
});
const KEY = "prefect-key-of-the-pipeline";
const OURS = [{ Key: "ManagedBy", Value: "prefect-fargate" }];

/** Things of other people in the account, made by its owner. */
async function othersThings(owner: AwsClients) {
  const there = () => undefined;
  await owner.ecs.send(new CreateClusterCommand({ clusterName: "theirs" })).catch(there);
  const administrator = { RoleName: "administrator", AssumeRolePolicyDocument: EVERYBODY };
  await owner.iam.send(new CreateRoleCommand(administrator)).catch(there);
  await owner.logs.send(new CreateLogGroupCommand({ logGroupName: "/theirs" })).catch(there);
  await owner.secrets.send(new CreateSecretCommand({ Name: "theirs", SecretString: "x" })).catch(there);
  const { Subnets } = await owner.ec2.send(new DescribeSubnetsCommand({}));
  const { SecurityGroups } = await owner.ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-name", Values: ["default"] }] }),
  );
  return { subnet: Subnets![0]!, group: SecurityGroups![0]!.GroupId! };
}

/** What a pipeline that applies would do to gain rights, or to meddle with what is not the system's. */
export async function forbiddenToApply(its: AwsClients, owner: AwsClients): Promise<ForbiddenCall[]> {
  const { subnet, group } = await othersThings(owner);
  const { iam, ecs, ec2, secrets, logs, sqs, events, discovery, sts } = its;
  const trust = { AssumeRolePolicyDocument: EVERYBODY };
  const ofTasks = { RoleName: TASK_ROLE };
  const task = {
    family: "dev-worker-prod",
    containerDefinitions: [{ name: "a", image: "b", essential: true }],
  };
  const inVpc = { VpcId: subnet.VpcId!, Description: "x" };
  return [
    ["a user", () => iam.send(new CreateUserCommand({ UserName: "mallory" }))],
    ["an access key", () => iam.send(new CreateAccessKeyCommand({ UserName: "mallory" }))],
    [
      "a role of another name",
      () => iam.send(new CreateRoleCommand({ RoleName: "mallory", PermissionsBoundary: BOUNDARY, ...trust })),
    ],
    ["a role without the boundary", () => iam.send(new CreateRoleCommand({ RoleName: TASK_ROLE, ...trust }))],
    [
      "a role with another boundary",
      () =>
        iam.send(
          new CreateRoleCommand({ RoleName: TASK_ROLE, PermissionsBoundary: ADMINISTRATOR, ...trust }),
        ),
    ],
    ["the boundary away", () => iam.send(new DeleteRolePermissionsBoundaryCommand(ofTasks))],
    [
      "a wider boundary",
      () =>
        iam.send(new PutRolePermissionsBoundaryCommand({ ...ofTasks, PermissionsBoundary: ADMINISTRATOR })),
    ],
    [
      "AWS's administrator policy for a task",
      () => iam.send(new AttachRolePolicyCommand({ ...ofTasks, PolicyArn: ADMINISTRATOR })),
    ],
    [
      "more rights for itself",
      () =>
        iam.send(
          new PutRolePolicyCommand({
            RoleName: "prefect-fargate-prod-apply",
            PolicyName: "x",
            PolicyDocument: EVERYTHING,
          }),
        ),
    ],
    [
      "more rights for plan",
      () =>
        iam.send(
          new PutRolePolicyCommand({
            RoleName: "prefect-fargate-prod-plan",
            PolicyName: "x",
            PolicyDocument: EVERYTHING,
          }),
        ),
    ],
    [
      "more trust in itself",
      () =>
        iam.send(
          new UpdateAssumeRolePolicyCommand({
            RoleName: "prefect-fargate-prod-apply",
            PolicyDocument: EVERYBODY,
          }),
        ),
    ],
    [
      "another text for the boundary",
      () =>
        iam.send(
          new CreatePolicyVersionCommand({
            PolicyArn: BOUNDARY,
            PolicyDocument: EVERYTHING,
            SetAsDefault: true,
          }),
        ),
    ],
    [
      "another identity provider",
      () => iam.send(new CreateOpenIDConnectProviderCommand({ Url: "https://mallory.example.com" })),
    ],
    [
      "another role",
      () => sts.send(new AssumeRoleCommand({ RoleArn: role("administrator"), RoleSessionName: "x" })),
    ],
    ["the Prefect key", () => secrets.send(new GetSecretValueCommand({ SecretId: KEY }))],
    ["the Prefect key's end", () => secrets.send(new DeleteSecretCommand({ SecretId: KEY }))],
    [
      "a secret of another name",
      () => secrets.send(new CreateSecretCommand({ Name: "mallory", SecretString: "x" })),
    ],
    [
      "a cluster without the system's tags",
      () => ecs.send(new CreateClusterCommand({ clusterName: "mallory" })),
    ],
    ["the end of another cluster", () => ecs.send(new DeleteClusterCommand({ cluster: "theirs" }))],
    [
      "a service of another name",
      () =>
        ecs.send(
          new CreateServiceCommand({
            cluster: "prefect-cluster-prod",
            serviceName: "miner",
            taskDefinition: "x",
          }),
        ),
    ],
    [
      "a service in another cluster",
      () =>
        ecs.send(
          new UpdateServiceCommand({ cluster: "theirs", service: "dev-worker-prod", desiredCount: 9 }),
        ),
    ],
    [
      "a task with an administrator's role",
      () =>
        ecs.send(
          new RegisterTaskDefinitionCommand({
            ...task,
            taskRoleArn: role("administrator"),
            tags: OURS.map(({ Key, Value }) => ({ key: Key, value: Value })),
          }),
        ),
    ],
    [
      "a virtual machine",
      () => ec2.send(new RunInstancesCommand({ ImageId: "ami-12345678", MinCount: 1, MaxCount: 1 })),
    ],
    ["a VPC without the system's tags", () => ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }))],
    [
      "a security group without them",
      () => ec2.send(new CreateSecurityGroupCommand({ GroupName: "x", ...inVpc })),
    ],
    [
      "a way into another security group",
      () =>
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: group,
            IpProtocol: "tcp",
            FromPort: 22,
            ToPort: 22,
            CidrIp: "0.0.0.0/0",
          }),
        ),
    ],
    ["another subnet's end", () => ec2.send(new DeleteSubnetCommand({ SubnetId: subnet.SubnetId! }))],
    [
      "the system's tags on what is not its own",
      () => ec2.send(new CreateTagsCommand({ Resources: [subnet.SubnetId!], Tags: OURS })),
    ],
    ["another log group's end", () => logs.send(new DeleteLogGroupCommand({ logGroupName: "/theirs" }))],
    ["a queue of another name", () => sqs.send(new CreateQueueCommand({ QueueName: "mallory" }))],
    [
      "a rule of another name",
      () => events.send(new PutRuleCommand({ Name: "mallory", ScheduleExpression: "rate(1 hour)" })),
    ],
    [
      "a namespace without the system's tags",
      () =>
        discovery.send(new CreatePrivateDnsNamespaceCommand({ Name: "mallory.local", Vpc: subnet.VpcId! })),
    ],
  ];
}

/** What a pipeline that plans would do: anything at all. */
export async function forbiddenToPlan(its: AwsClients, owner: AwsClients): Promise<ForbiddenCall[]> {
  const everything = await forbiddenToApply(its, owner);
  const { ecs, iam, logs, secrets } = its;
  const workerLogs = "/prefect/dev-worker-prod/worker";
  return [
    ...everything,
    [
      "the system's own service",
      () =>
        ecs.send(
          new UpdateServiceCommand({
            cluster: "prefect-cluster-prod",
            service: "dev-worker-prod",
            desiredCount: 9,
          }),
        ),
    ],
    ["the system's own log group", () => logs.send(new DeleteLogGroupCommand({ logGroupName: workerLogs }))],
    [
      "the system's own role",
      () =>
        iam.send(
          new PutRolePolicyCommand({ RoleName: TASK_ROLE, PolicyName: "x", PolicyDocument: EVERYTHING }),
        ),
    ],
    ["the Prefect key", () => secrets.send(new GetSecretValueCommand({ SecretId: KEY }))],
  ];
}

/** What a task would do whose role may do anything, within its boundary. */
export async function forbiddenToTasks(its: AwsClients, owner: AwsClients): Promise<ForbiddenCall[]> {
  const { subnet } = await othersThings(owner);
  const { ec2, ecs, iam, logs, secrets, sqs, sts } = its;
  const trust = { AssumeRolePolicyDocument: EVERYBODY };
  return [
    ["a user", () => iam.send(new CreateUserCommand({ UserName: "mallory" }))],
    ["a role", () => iam.send(new CreateRoleCommand({ RoleName: "mallory", ...trust }))],
    [
      "its own boundary away",
      () => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: TASK_ROLE })),
    ],
    [
      "an administrator's role, which trusts everybody",
      () => sts.send(new AssumeRoleCommand({ RoleArn: role("administrator"), RoleSessionName: "x" })),
    ],
    ["another secret", () => secrets.send(new GetSecretValueCommand({ SecretId: "theirs" }))],
    ["the Prefect key's end", () => secrets.send(new DeleteSecretCommand({ SecretId: KEY }))],
    [
      "a task in another cluster",
      () => ecs.send(new RunTaskCommand({ cluster: "theirs", taskDefinition: "dev-worker-prod" })),
    ],
    ["another cluster's end", () => ecs.send(new DeleteClusterCommand({ cluster: "theirs" }))],
    [
      "a task with an administrator's role",
      () =>
        ecs.send(
          new RegisterTaskDefinitionCommand({
            family: "mallory",
            taskRoleArn: role("administrator"),
            containerDefinitions: [{ name: "a", image: "b", essential: true }],
          }),
        ),
    ],
    ["another subnet's end", () => ec2.send(new DeleteSubnetCommand({ SubnetId: subnet.SubnetId! }))],
    ["another log group's end", () => logs.send(new DeleteLogGroupCommand({ logGroupName: "/theirs" }))],
    ["a queue", () => sqs.send(new CreateQueueCommand({ QueueName: "mallory" }))],
  ];
}
