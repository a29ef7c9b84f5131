import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { CreateClusterCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AwsClients, awsClients, openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { defaultNetwork, registerTask } from "../helpers/small-task.ts";

const ACCOUNT = "000000000000";
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

let emulator: TestEmulator;
let keySecret: string;
let otherSecret: string;
let workerDefinition: string;
let flowDefinition: string;

beforeAll(async () => {
  emulator = await openEmulator({ authorize: true });
  const { ecs, secrets } = emulator.clients;
  for (const name of ["ours", "theirs"]) await ecs.send(new CreateClusterCommand({ clusterName: name }));
  keySecret = (await secrets.send(new CreateSecretCommand({ Name: "key", SecretString: "canary" }))).ARN!;
  otherSecret = (await secrets.send(new CreateSecretCommand({ Name: "other", SecretString: "other" }))).ARN!;
  await role("execution", [
    { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: keySecret },
  ]);
  await role("flow", []);
  await role("admin", []);
  await role("untrusted", [], "lambda.amazonaws.com");
  // What our worker module gives a worker.
  await role("worker", [
    {
      Effect: "Allow",
      Action: "ecs:RunTask",
      Resource: "arn:aws:ecs:*:*:task-definition/*",
      Condition: { ArnEquals: { "ecs:cluster": `arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/ours` } },
    },
    {
      Effect: "Allow",
      Action: "ecs:TagResource",
      Resource: "arn:aws:ecs:*:*:task/*",
      Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
    },
    {
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [roleArn("flow"), roleArn("execution")],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
  ]);
  const roles = { executionRoleArn: roleArn("execution") };
  workerDefinition = await registerTask(emulator, "worker", { ...roles, taskRoleArn: roleArn("worker") });
  flowDefinition = await registerTask(emulator, "flow", { ...roles, taskRoleArn: roleArn("flow") });
});
afterAll(() => emulator.close());

async function role(name: string, statements: object[], service = "ecs-tasks.amazonaws.com"): Promise<void> {
  const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } };
  const document = (Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  await emulator.clients.iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document([trust]) }),
  );
  if (statements.length > 0) {
    const policy = { RoleName: name, PolicyName: "policy", PolicyDocument: document(statements) };
    await emulator.clients.iam.send(new PutRolePolicyCommand(policy));
  }
}

async function run(clients: AwsClients, definition: string, more: object = {}) {
  const networkConfiguration = await defaultNetwork(emulator);
  const { tasks } = await clients.ecs.send(
    new RunTaskCommand({
      cluster: "ours",
      taskDefinition: definition,
      launchType: "FARGATE",
      networkConfiguration,
      ...more,
    }),
  );
  return tasks![0]!.taskArn!;
}

async function credentials(task: string, kind: "task" | "execution") {
  const query = new URLSearchParams({ task, role: kind });
  const answer = await fetch(`${emulator.url}/_prefect_fargate/task-credentials?${query}`);
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

/** Clients that hold the session of a task's role, as its container would. */
async function clientsOf(task: string, kind: "task" | "execution" = "task"): Promise<AwsClients> {
  const { body } = await credentials(task, kind);
  return awsClients(emulator, {
    accessKeyId: body.AccessKeyId!,
    secretAccessKey: body.SecretAccessKey!,
    sessionToken: body.Token!,
  });
}

describe("a task's roles", () => {
  it("are its own: a session named after the task", async () => {
    const task = await run(emulator.clients, workerDefinition);
    const { sts } = await clientsOf(task);
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/worker/${task.split("/").at(-1)}`);
  });

  it("read the secret they may read, and no other", async () => {
    const task = await run(emulator.clients, workerDefinition);
    const execution = (await clientsOf(task, "execution")).secrets;
    const { SecretString } = await execution.send(new GetSecretValueCommand({ SecretId: keySecret }));
    expect(SecretString).toBe("canary");
    await expect(execution.send(new GetSecretValueCommand({ SecretId: otherSecret }))).rejects.toThrow(
      /not authorized/,
    );
    const worker = (await clientsOf(task)).secrets;
    await expect(worker.send(new GetSecretValueCommand({ SecretId: keySecret }))).rejects.toThrow(
      /not authorized/,
    );
  });

  it("are refused when ECS is not trusted, missing, or not asked for", async () => {
    const distrusting = await registerTask(emulator, "distrusting", { taskRoleArn: roleArn("untrusted") });
    const task = await run(emulator.clients, distrusting);
    expect(await credentials(task, "task")).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("trust relationship") },
    });
    expect((await credentials(task, "execution")).status).toBe(404);
    expect((await credentials(`${task}0`, "task")).status).toBe(404);
  });
});

describe("a worker's role", () => {
  it("runs flows with tags in its own cluster", async () => {
    const worker = await clientsOf(await run(emulator.clients, workerDefinition));
    const tags = [{ key: "prefect.io/flow-run-id", value: "1" }];
    await expect(run(worker, flowDefinition, { tags })).resolves.toContain(":task/ours/");
  });

  it("runs nothing in another cluster", async () => {
    const worker = await clientsOf(await run(emulator.clients, workerDefinition));
    await expect(run(worker, flowDefinition, { cluster: "theirs" })).rejects.toThrow(
      /not authorized to perform: ecs:RunTask/,
    );
  });

  it("hands on no role but those of flows", async () => {
    const worker = await clientsOf(await run(emulator.clients, workerDefinition));
    await expect(
      run(worker, flowDefinition, { overrides: { taskRoleArn: roleArn("admin") } }),
    ).rejects.toThrow(
      /not authorized to perform: iam:PassRole on resource: arn:aws:iam::000000000000:role\/admin/,
    );
  });
});

describe("what EC2 makes", () => {
  const arnOf = (kind: string) => `arn:aws:ec2:us-east-1:${ACCOUNT}:${kind}/*`;
  const tagged = (ResourceType: "security-group" | "subnet" | "vpc", Value = "ours") => ({
    TagSpecifications: [{ ResourceType, Tags: [{ Key: "System", Value }] }],
  });
  /** A task that makes what bears its tag, in what bears it already: as a pipeline's apply role may. */
  async function maker(): Promise<AwsClients["ec2"]> {
    const made = ["security-group", "subnet", "vpc"].map(arnOf);
    const actions = ["ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:CreateVpc"];
    await role("maker", [
      {
        Effect: "Allow",
        Action: actions,
        Resource: made,
        Condition: { StringEquals: { "aws:RequestTag/System": "ours" } },
      },
      {
        Effect: "Allow",
        Action: actions,
        Resource: arnOf("vpc"),
        Condition: { StringEquals: { "aws:ResourceTag/System": "ours" } },
      },
      {
        Effect: "Allow",
        Action: "ec2:CreateTags",
        Resource: made,
        Condition: { StringLike: { "ec2:CreateAction": "Create*" } },
      },
    ]);
    const definition = await registerTask(emulator, "maker", { taskRoleArn: roleArn("maker") });
    return (await clientsOf(await run(emulator.clients, definition))).ec2;
  }

  it("is asked for by the tags of the request, and by those of what it is made in", async () => {
    const ec2 = await maker();
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16", ...tagged("vpc") }));
    const { VpcId } = Vpc!;
    const group = { GroupName: "g", Description: "g", VpcId };
    await ec2.send(new CreateSecurityGroupCommand({ ...group, ...tagged("security-group") }));
    await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.9.1.0/24", ...tagged("subnet") }));

    const refused = /not authorized to perform: ec2:Create/;
    await expect(ec2.send(new CreateVpcCommand({ CidrBlock: "10.8.0.0/16" }))).rejects.toThrow(refused);
    await expect(
      ec2.send(new CreateVpcCommand({ CidrBlock: "10.8.0.0/16", ...tagged("vpc", "theirs") })),
    ).rejects.toThrow(refused);
    const theirs = await emulator.clients.ec2.send(new CreateVpcCommand({ CidrBlock: "10.7.0.0/16" }));
    await expect(
      ec2.send(
        new CreateSecurityGroupCommand({ ...group, VpcId: theirs.Vpc!.VpcId!, ...tagged("security-group") }),
      ),
    ).rejects.toThrow(refused);
  });
});
