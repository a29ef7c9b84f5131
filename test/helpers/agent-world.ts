import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  type ContainerDefinition,
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
  type TaskOverride,
} from "@aws-sdk/client-ecs";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { ImageSource } from "#rehearsal/agent/images.ts";
import { findProcess } from "#rehearsal/agent/process-table.ts";
import { startTestEmulator } from "./agent-emulator.ts";

export const REGION = "us-east-1";
const CLUSTER = "agent-tests";
const PATIENCE_MS = 20_000;

/** The image of these tests: the programs of this machine, with two variables of its own. */
export const IMAGE = "tests/system:1";
export const IMAGE_ENV = { PATH: "/usr/local/bin:/usr/bin:/bin", IMAGE_SAYS: "hello" };
export const systemImages: ImageSource = {
  resolve: async () => ({ binDir: "/usr/bin", env: IMAGE_ENV }),
};

export interface RunOptions {
  readonly container?: Partial<ContainerDefinition>;
  readonly containers?: readonly ContainerDefinition[];
  readonly definition?: Partial<RegisterTaskDefinitionCommandInput>;
  readonly overrides?: TaskOverride;
}

/** An emulator with a cluster, and what tests ask it. The agent is each test's own business. */
export async function startAgentWorld({ authorize = false } = {}) {
  const dir = await mkdtemp(path.join(tmpdir(), "agent-"));
  const emulator = await startTestEmulator(path.join(dir, "emulator"), authorize);
  const settings = {
    endpoint: emulator.url,
    region: REGION,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const ecs = new ECSClient(settings);
  const iam = new IAMClient(settings);
  const logs = new CloudWatchLogsClient(settings);
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));

  const subnets = await anySubnet(new EC2Client(settings));

  async function register(
    container: ContainerDefinition,
    more: Partial<RegisterTaskDefinitionCommandInput> = {},
  ) {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "agent-tests",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        containerDefinitions: [container],
        ...more,
      }),
    );
    return taskDefinition!.taskDefinitionArn!;
  }

  async function describe(taskArn: string): Promise<Task> {
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: [taskArn] }));
    return tasks![0]!;
  }

  async function until(taskArn: string, what: string, holds: (task: Task) => boolean): Promise<Task> {
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(20)) {
      const task = await describe(taskArn);
      if (holds(task)) return task;
      if (Date.now() > deadline)
        throw new Error(`The task was never ${what}; it is ${JSON.stringify(task, null, 1)}`);
    }
  }

  return {
    dir,
    emulator,
    settings,

    /** Registers a definition of one shell command (or what `options` say) and runs it. */
    async run(script: string, options: RunOptions = {}): Promise<string> {
      const container = {
        name: "main",
        image: IMAGE,
        command: ["/bin/sh", "-c", script],
        ...options.container,
      };
      const taskDefinition = await register(container, {
        ...(options.containers && { containerDefinitions: [...options.containers] }),
        ...options.definition,
      });
      const { tasks } = await ecs.send(
        new RunTaskCommand({
          cluster: CLUSTER,
          launchType: "FARGATE",
          networkConfiguration: { awsvpcConfiguration: { subnets } },
          taskDefinition,
          overrides: options.overrides,
        }),
      );
      return tasks![0]!.taskArn!;
    },
    /** A service that keeps one such task running. */
    async service(script: string, definition: RunOptions["definition"] = {}) {
      const service = "agent-tests";
      const taskDefinition = await register(
        { name: "main", image: IMAGE, command: ["/bin/sh", "-c", script] },
        definition,
      );
      await ecs.send(
        new CreateServiceCommand({
          cluster: CLUSTER,
          serviceName: service,
          taskDefinition,
          desiredCount: 1,
          launchType: "FARGATE",
          networkConfiguration: { awsvpcConfiguration: { subnets } },
        }),
      );
      const remove = () => ecs.send(new DeleteServiceCommand({ cluster: CLUSTER, service, force: true }));
      return { service, remove };
    },
    describe,
    until,
    stopped: (taskArn: string) => until(taskArn, "STOPPED", ({ lastStatus }) => lastStatus === "STOPPED"),
    running: (taskArn: string) => until(taskArn, "RUNNING", ({ lastStatus }) => lastStatus === "RUNNING"),
    stopTask: (taskArn: string) =>
      ecs.send(new StopTaskCommand({ cluster: CLUSTER, task: taskArn, reason: "enough" })),

    async allow(RoleName: string, Action: string[], Resource = "*"): Promise<void> {
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action, Resource }],
      });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "allow", PolicyDocument }));
    },

    /** A role that ECS tasks may assume, or nobody. */
    async role(RoleName: string, service = "ecs-tasks.amazonaws.com"): Promise<string> {
      const trust = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
      };
      const { Role } = await iam.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
      );
      return Role!.Arn!;
    },

    async logLines(logGroupName: string, logStreamName: string): Promise<string[]> {
      const { events } = await logs.send(
        new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
      );
      return (events ?? []).map(({ message }) => message ?? "");
    },

    async stop(): Promise<void> {
      for (const client of [ecs, iam, logs]) client.destroy();
      await emulator.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function anySubnet(ec2: EC2Client): Promise<string[]> {
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  ec2.destroy();
  return [Subnets![0]!.SubnetId!];
}

export type AgentWorld = Awaited<ReturnType<typeof startAgentWorld>>;

/** Whether a process runs; a zombie, which only waits to be noticed, does not. */
export async function isAlive(pid: number): Promise<boolean> {
  return (await findProcess(pid)) !== undefined;
}
