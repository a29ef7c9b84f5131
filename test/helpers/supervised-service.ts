import { CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  GetTaskProtectionCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Stage } from "./stage.ts";

const SUPERVISOR = "/opt/prefect-fargate/supervisor.py";
const HEALTH_COMMAND =
  "python -c \"import urllib.request as r; r.urlopen('http://127.0.0.1:${PREFECT_WORKER_WEBSERVER_PORT}/health', timeout=5)\"";
/** All that a supervisor asks of AWS. */
const PERMISSIONS = [
  "ecs:GetTaskProtection",
  "ecs:UpdateTaskProtection",
  "ecs:DescribeTasks",
  "ecs:DescribeServices",
];
const LOG_PERMISSIONS = ["logs:CreateLogStream", "logs:PutLogEvents"];

export interface SupervisedOptions {
  readonly workPool: string;
  readonly slots: number;
  readonly stopTimeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  /** @default everything that a supervisor needs */
  readonly permissions?: readonly string[];
}

/** An ECS service of one task that runs a supervised worker, made by hand: no Terraform, no config. */
export async function createSupervisedService(stage: Stage, name: string, options: SupervisedOptions) {
  const { ecs, ec2, logs } = stage.aws;
  const cluster = `${name}-cluster`;
  const logGroup = `/ecs/${name}`;
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: name,
      taskDefinition: await registerWorker(stage, name, logGroup, options),
      desiredCount: 1,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: [Subnets![0]!.SubnetId!] } },
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
    }),
  );

  async function tasks(desiredStatus: "RUNNING" | "STOPPED" = "RUNNING"): Promise<Task[]> {
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, serviceName: name, desiredStatus }));
    if (!taskArns?.length) return [];
    return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
  }

  return {
    cluster,
    name,
    tasks,
    async describe(taskArn: string): Promise<Task | undefined> {
      return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }))).tasks?.[0];
    },
    async isProtected(taskArn: string): Promise<boolean> {
      const { protectedTasks } = await ecs.send(new GetTaskProtectionCommand({ cluster, tasks: [taskArn] }));
      return protectedTasks?.[0]?.protectionEnabled ?? false;
    },
    async rollout(): Promise<string | undefined> {
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
      return services?.[0]?.deployments?.find(({ status }) => status === "PRIMARY")?.rolloutState;
    },
    /** What its tasks wrote, oldest first. */
    async output(): Promise<string> {
      const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: logGroup }));
      return (events ?? []).map(({ message }) => message).join("\n");
    },
    remove: () => ecs.send(new DeleteServiceCommand({ cluster, service: name, force: true })),
  };
}

async function registerWorker(
  stage: Stage,
  name: string,
  logGroup: string,
  { workPool, slots, stopTimeoutSeconds, environment, permissions = PERMISSIONS }: SupervisedOptions,
): Promise<string> {
  const { taskDefinition } = await stage.aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "1024",
      memory: "2048",
      taskRoleArn: await makeRole(stage, `${name}-task`, permissions),
      executionRoleArn: await makeRole(stage, `${name}-execution`, LOG_PERMISSIONS),
      containerDefinitions: [
        {
          name: "worker",
          image: `prefect-fargate-worker:${stage.prefect.version}`,
          command: [
            ...["python", SUPERVISOR, "--pool", workPool, "--name-prefix", name],
            ...["--limit", String(slots), "--stop-timeout", String(stopTimeoutSeconds)],
          ],
          environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
          healthCheck: { command: ["CMD-SHELL", HEALTH_COMMAND], interval: 5, startPeriod: 30 },
          stopTimeout: stopTimeoutSeconds,
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": logGroup,
              "awslogs-region": "us-east-1",
              "awslogs-stream-prefix": "worker",
            },
          },
        },
      ],
    }),
  );
  return taskDefinition!.taskDefinitionArn!;
}

async function makeRole(
  { aws: { iam } }: Stage,
  RoleName: string,
  actions: readonly string[],
): Promise<string> {
  const trust = {
    Effect: "Allow",
    Principal: { Service: "ecs-tasks.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policyOf(trust) }),
  );
  if (actions.length > 0)
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: "allow",
        PolicyDocument: policyOf({ Effect: "Allow", Action: actions, Resource: "*" }),
      }),
    );
  return Role!.Arn!;
}

const policyOf = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
