import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type RouteTable,
  type Subnet,
} from "@aws-sdk/client-ec2";
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { ListNamespacesCommand, ListServicesCommand } from "@aws-sdk/client-servicediscovery";
import { expect } from "vitest";
import type { AwsClients } from "./emulator.ts";

/** What the rows must know that the design leaves to the surroundings. */
export interface ContractFacts {
  readonly version: 2 | 3;
  readonly accountId: string;
  readonly workspaceId: string;
  readonly apiUrl: string;
  readonly apiKey: string;
}

/** One row of the design's table: what it promises, and how an account shows that it was kept. */
export interface ContractRow {
  readonly row: string;
  /** Why the second opinion cannot be asked. */
  readonly unknownToMoto?: string;
  readonly check: (account: AwsClients, facts: ContractFacts) => Promise<void>;
}

export const contractRows: readonly ContractRow[] = [
  {
    row: "VPC: prefect-ecs-vpc, 10.0.0.0/16, DNS hostnames and support on",
    async check({ ec2 }) {
      const vpc = await theVpc(ec2);
      expect(vpc.CidrBlock).toBe("10.0.0.0/16");
      const ask = (Attribute: "enableDnsHostnames" | "enableDnsSupport") =>
        ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpc.VpcId, Attribute }));
      expect((await ask("enableDnsHostnames")).EnableDnsHostnames?.Value).toBe(true);
      expect((await ask("enableDnsSupport")).EnableDnsSupport?.Value).toBe(true);
    },
  },
  {
    row: "subnets: one public and one private in each of three zones; public ones assign public IPs, private ones do not",
    async check({ ec2 }) {
      const { publicSubnets, privateSubnets } = await theSubnets(ec2);
      const zones = (subnets: Subnet[]) => subnets.map(({ AvailabilityZone }) => AvailabilityZone).sort();
      expect(publicSubnets).toHaveLength(3);
      expect(privateSubnets).toHaveLength(3);
      expect(new Set(zones(publicSubnets)).size).toBe(3);
      expect(zones(privateSubnets)).toEqual(zones(publicSubnets));
      expect(publicSubnets.every(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch)).toBe(true);
      expect(privateSubnets.some(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch)).toBe(false);
      const blocks = [...publicSubnets, ...privateSubnets].map(({ CidrBlock }) => CidrBlock);
      expect(new Set(blocks).size).toBe(6);
    },
  },
  {
    row: "routes: Internet gateway, one NAT gateway with an address in a public subnet, 0.0.0.0/0 → IGW and → NAT",
    async check({ ec2 }) {
      const { VpcId } = await theVpc(ec2);
      const inVpc = [{ Name: "vpc-id", Values: [VpcId!] }];
      const { publicSubnets, privateSubnets } = await theSubnets(ec2);
      const { InternetGateways = [] } = await ec2.send(
        new DescribeInternetGatewaysCommand({ Filters: [{ Name: "attachment.vpc-id", Values: [VpcId!] }] }),
      );
      expect(InternetGateways).toHaveLength(1);
      const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ Filter: inVpc }));
      expect(NatGateways).toHaveLength(1);
      expect(NatGateways[0]?.NatGatewayAddresses?.[0]?.AllocationId).toMatch(/^eipalloc-/);
      expect(publicSubnets.map(({ SubnetId }) => SubnetId)).toContain(NatGateways[0]?.SubnetId);

      const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters: inVpc }));
      for (const { SubnetId } of publicSubnets)
        expect(defaultRoute(RouteTables, SubnetId)?.GatewayId).toBe(InternetGateways[0]?.InternetGatewayId);
      for (const { SubnetId } of privateSubnets)
        expect(defaultRoute(RouteTables, SubnetId)?.NatGatewayId).toBe(NatGateways[0]?.NatGatewayId);
    },
  },
  {
    row: "cluster: prefect-cluster",
    async check({ ecs }) {
      const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ["prefect-cluster"] }));
      expect(clusters?.map(({ clusterName, status }) => [clusterName, status])).toEqual([
        ["prefect-cluster", "ACTIVE"],
      ]);
    },
  },
  {
    row: "task definition: Fargate, awsvpc, the stock image, 0.5 vCPU and 1 GB, the worker's command",
    async check(account, { version }) {
      const { definition, container } = await theTaskDefinition(account);
      expect(definition).toMatchObject({
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "512",
        memory: "1024",
      });
      expect(container.image).toBe(`prefecthq/prefect:${version}-latest`);
      expect(container.entryPoint ?? []).toEqual([]);
      expect(container.command?.join(" ")).toBe(
        "prefect worker start --pool ecs-work-pool --name dev-worker --type ecs --with-healthcheck",
      );
    },
  },
  {
    row: "task definition: PREFECT_API_URL of account and workspace, their ids, EXTRA_PIP_PACKAGES pinned exactly",
    async check(account, { version, accountId, workspaceId, apiUrl }) {
      const { container } = await theTaskDefinition(account);
      const environment = Object.fromEntries(
        (container.environment ?? []).map(({ name, value }) => [name, value]),
      );
      expect(environment).toMatchObject({
        PREFECT_API_URL: `${apiUrl}/accounts/${accountId}/workspaces/${workspaceId}`,
        PREFECT_ACCOUNT_ID: accountId,
        PREFECT_WORKSPACE_ID: workspaceId,
      });
      const packages = environment.EXTRA_PIP_PACKAGES?.split(" ") ?? [];
      expect(packages).toContain(version === 2 ? "prefect-aws==0.4.20" : "prefect-aws==0.7.12");
      expect(packages.every((requirement: string) => /^[\w.-]+==[\w.]+$/.test(requirement))).toBe(true);
    },
  },
  {
    row: "task definition: PREFECT_API_KEY from the secret and nowhere else",
    async check(account) {
      const { container } = await theTaskDefinition(account);
      const secret = await account.secrets.send(new GetSecretValueCommand({ SecretId: "prefect-api-key" }));
      expect(container.secrets).toEqual([{ name: "PREFECT_API_KEY", valueFrom: secret.ARN }]);
      expect(container.environment?.map(({ name }) => name)).not.toContain("PREFECT_API_KEY");
    },
  },
  {
    row: "task definition: container health check, stop timeout, awslogs",
    async check(account) {
      const { container } = await theTaskDefinition(account);
      expect(container.healthCheck?.command?.join(" ")).toMatch(/^CMD-SHELL .*\/health/);
      expect(container.stopTimeout).toBe(60);
      expect(container.logConfiguration).toMatchObject({
        logDriver: "awslogs",
        options: { "awslogs-group": "/prefect/dev-worker/worker", "awslogs-region": "us-east-1" },
      });
    },
  },
  {
    row: "service: Fargate, private subnets, no public IP",
    async check(account) {
      const service = await theService(account);
      expect(service.launchType).toBe("FARGATE");
      const { privateSubnets } = await theSubnets(account.ec2);
      const network = service.networkConfiguration?.awsvpcConfiguration;
      expect([...(network?.subnets ?? [])].sort()).toEqual(
        privateSubnets.map(({ SubnetId }) => SubnetId).sort(),
      );
      expect(network?.assignPublicIp).toBe("DISABLED");
    },
  },
  {
    row: "service: circuit breaker with rollback; the one task stops before its successor starts",
    unknownToMoto: "moto does not keep a service's deployment configuration",
    async check(account) {
      const service = await theService(account);
      expect(service.deploymentConfiguration).toMatchObject({
        deploymentCircuitBreaker: { enable: true, rollback: true },
        minimumHealthyPercent: 0,
        maximumPercent: 100,
      });
    },
  },
  {
    row: "service: a security group without ingress, egress to what the worker calls",
    async check(account, { apiUrl }) {
      const service = await theService(account);
      const GroupIds = service.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? [];
      const { SecurityGroups } = await account.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
      expect(SecurityGroups).toHaveLength(1);
      expect(SecurityGroups?.[0]?.IpPermissions ?? []).toEqual([]);
      const ports = (SecurityGroups?.[0]?.IpPermissionsEgress ?? []).map(
        ({ IpProtocol, FromPort, ToPort }) => [IpProtocol, FromPort, ToPort],
      );
      const apiPort = Number(new URL(apiUrl).port || 443);
      expect(ports.sort()).toEqual([...new Set([443, apiPort])].map((port) => ["tcp", port, port]).sort());
    },
  },
  {
    row: "roles: prefect-task-execution-role trusts ECS tasks, has the managed policy and reads the one secret",
    async check({ iam, secrets }) {
      const RoleName = "prefect-task-execution-role";
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      expect(policy(Role?.AssumeRolePolicyDocument)).toMatchObject([
        { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
      ]);
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      expect(AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual([
        "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      ]);
      const { ARN } = await secrets.send(new GetSecretValueCommand({ SecretId: "prefect-api-key" }));
      const statements = await inlineStatements(iam, RoleName);
      expect(statements).toMatchObject([{ Effect: "Allow", Resource: [ARN] }]);
      expect(actions(statements)).toEqual(["secretsmanager:GetSecretValue"]);
    },
  },
  {
    row: "roles: the worker's task role may do what the worker calls, and nothing else",
    async check(account, { version }) {
      const statements = await inlineStatements(
        account.iam,
        roleName((await theTaskDefinition(account)).definition.taskRoleArn),
      );
      const known = [
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "ecs:DescribeTaskDefinition",
        "ecs:DescribeTasks",
        "ecs:RegisterTaskDefinition",
        "ecs:RunTask",
        "ecs:StopTask",
        "ecs:TagResource",
        "iam:PassRole",
        "logs:GetLogEvents",
      ];
      const observer = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
      ];
      expect(actions(statements)).toEqual(version === 3 ? [...known, ...observer] : known);
      const pass = statements.find(({ Action }) => Action === "iam:PassRole");
      expect(pass?.Resource).toHaveLength(2);
      expect(pass?.Condition).toEqual({ StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } });
      const run = statements.find(({ Action }) => Action === "ecs:RunTask");
      expect(run?.Condition).toMatchObject({
        ArnEquals: { "ecs:cluster": expect.stringMatching(/:cluster\/prefect-cluster$/) },
      });
    },
  },
  {
    row: "roles: flow runs have a task role and a security group of their own, with egress open",
    async check({ iam, ec2 }) {
      await iam.send(new GetRoleCommand({ RoleName: "prefect-dev-worker-flow-task-role" }));
      const { VpcId } = await theVpc(ec2);
      const { SecurityGroups } = await ec2.send(
        new DescribeSecurityGroupsCommand({
          Filters: [
            { Name: "vpc-id", Values: [VpcId!] },
            { Name: "group-name", Values: ["prefect-dev-worker-flows"] },
          ],
        }),
      );
      expect(SecurityGroups).toHaveLength(1);
      expect(SecurityGroups?.[0]?.IpPermissions ?? []).toEqual([]);
      expect(SecurityGroups?.[0]?.IpPermissionsEgress).toMatchObject([
        { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
      ]);
    },
  },
  {
    row: "secret: prefect-api-key holds the key",
    async check({ secrets }, { apiKey }) {
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: "prefect-api-key" }));
      expect(SecretString === apiKey).toBe(true);
    },
  },
  {
    row: "discovery: private DNS namespace default.prefect.local with the service registered in it",
    async check(account) {
      const { Namespaces } = await account.discovery.send(new ListNamespacesCommand({}));
      expect(Namespaces?.map(({ Name, Type }) => [Name, Type])).toEqual([
        ["default.prefect.local", "DNS_PRIVATE"],
      ]);
      const { Services } = await account.discovery.send(new ListServicesCommand({}));
      expect(Services?.map(({ Name }) => Name)).toEqual(["dev-worker"]);
      expect((await theService(account)).serviceRegistries?.map(({ registryArn }) => registryArn)).toEqual([
        Services?.[0]?.Arn,
      ]);
    },
  },
  {
    row: "logs: groups for worker and flow runs, with retention",
    async check({ logs }) {
      const { logGroups } = await logs.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: "/prefect/" }),
      );
      expect(
        logGroups?.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays]).sort(),
      ).toEqual([
        ["/prefect/dev-worker/flow-runs", 30],
        ["/prefect/dev-worker/worker", 30],
      ]);
    },
  },
];

async function theVpc(ec2: EC2Client) {
  const { Vpcs } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "tag:Name", Values: ["prefect-ecs-vpc"] }] }),
  );
  expect(Vpcs).toHaveLength(1);
  return Vpcs![0]!;
}

/** By where their default route leads, which is what makes a subnet public or private. */
async function theSubnets(ec2: EC2Client) {
  const { VpcId } = await theVpc(ec2);
  const Filters = [{ Name: "vpc-id", Values: [VpcId!] }];
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const isPublic = ({ SubnetId }: Subnet) =>
    defaultRoute(RouteTables, SubnetId)?.GatewayId?.startsWith("igw-") ?? false;
  return {
    publicSubnets: Subnets.filter(isPublic),
    privateSubnets: Subnets.filter((subnet) => !isPublic(subnet)),
  };
}

const defaultRoute = (tables: readonly RouteTable[], subnetId: string | undefined) =>
  tables
    .find(({ Associations }) => Associations?.some(({ SubnetId }) => SubnetId === subnetId))
    ?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === "0.0.0.0/0");

async function theService({ ecs }: AwsClients) {
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: "prefect-cluster", services: ["dev-worker"] }),
  );
  expect(services).toHaveLength(1);
  return services![0]!;
}

async function theTaskDefinition(account: AwsClients) {
  const { taskDefinition } = await theService(account);
  const answer = await account.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const definition = answer.taskDefinition!;
  expect(definition.containerDefinitions).toHaveLength(1);
  return { definition, container: definition.containerDefinitions![0]! };
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: unknown;
}

async function inlineStatements(iam: IAMClient, RoleName: string): Promise<Statement[]> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const documents = await Promise.all(
    PolicyNames.map((PolicyName) => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
  );
  return documents.flatMap(({ PolicyDocument }) => policy(PolicyDocument));
}

const policy = (document: string | undefined): Statement[] =>
  JSON.parse(decodeURIComponent(document ?? "{}")).Statement;
const actions = (statements: readonly Statement[]) => statements.flatMap(({ Action }) => Action).sort();
const roleName = (arn: string | undefined) => arn?.split("/").at(-1) ?? "";
