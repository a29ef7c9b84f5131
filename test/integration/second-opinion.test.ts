import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AwsClients, openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { type Moto, openMoto } from "../helpers/moto.ts";

let emulator: TestEmulator;
let moto: Moto;

const DEFINITION: RegisterTaskDefinitionCommandInput = {
  family: "small",
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  containerDefinitions: [{ name: "app", image: "example:1", essential: true }],
};

beforeAll(async () => {
  [emulator, moto] = await Promise.all([openEmulator(), openMoto()]);
  for (const { clients } of [emulator, moto]) {
    await clients.ecs.send(new CreateClusterCommand({ clusterName: "here" }));
    await clients.ecs.send(new RegisterTaskDefinitionCommand(DEFINITION));
  }
});
afterAll(() => Promise.all([emulator.close(), moto.close()]));

interface BadCall {
  readonly title: string;
  readonly call: (clients: AwsClients, network: object) => Promise<unknown>;
  /** What both say, or at least ours where moto lets it pass. */
  readonly says: RegExp;
  readonly motoAccepts?: true;
}

const fargate = { cluster: "here", taskDefinition: "small", launchType: "FARGATE" as const };
const elsewhere = { awsvpcConfiguration: { subnets: ["subnet-0123456789abcdef0"] } };

const BAD_CALLS: readonly BadCall[] = [
  {
    title: "a service in a cluster that does not exist",
    call: ({ ecs }, networkConfiguration) =>
      ecs.send(
        new CreateServiceCommand({ ...fargate, serviceName: "a", cluster: "nowhere", networkConfiguration }),
      ),
    says: /cluster/i,
  },
  {
    title: "a service of a task definition that does not exist",
    call: ({ ecs }, networkConfiguration) =>
      ecs.send(
        new CreateServiceCommand({
          ...fargate,
          serviceName: "b",
          taskDefinition: "nothing",
          networkConfiguration,
        }),
      ),
    says: /task definition|TaskDefinition/i,
  },
  {
    title: "a service in a subnet that does not exist",
    call: ({ ecs }) =>
      ecs.send(new CreateServiceCommand({ ...fargate, serviceName: "c", networkConfiguration: elsewhere })),
    says: /subnet-0123456789abcdef0/,
  },
  {
    title: "a change of a service that does not exist",
    call: ({ ecs }) =>
      ecs.send(new UpdateServiceCommand({ cluster: "here", service: "nobody", desiredCount: 1 })),
    says: /service/i,
  },
  {
    title: "a Fargate task without a network",
    call: ({ ecs }) => ecs.send(new RunTaskCommand(fargate)),
    says: /Network Configuration must be provided/i,
  },
  {
    title: "a Fargate task definition without a size",
    call: ({ ecs }) =>
      ecs.send(new RegisterTaskDefinitionCommand({ ...DEFINITION, cpu: undefined, memory: undefined })),
    says: /cpu/i,
  },
  {
    title: "a size that Fargate does not offer",
    call: ({ ecs }) =>
      ecs.send(new RegisterTaskDefinitionCommand({ ...DEFINITION, cpu: "512", memory: "3000" })),
    says: /No Fargate configuration exists for given values: 512 CPU, 3000 memory/,
    motoAccepts: true,
  },
  {
    title: "container secrets without an execution role",
    call: ({ ecs }) =>
      ecs.send(
        new RegisterTaskDefinitionCommand({
          ...DEFINITION,
          containerDefinitions: [
            { name: "app", image: "example:1", secrets: [{ name: "KEY", valueFrom: "arn" }] },
          ],
        }),
      ),
    says: /executionRoleArn/,
    motoAccepts: true,
  },
];

async function networkOf(clients: AwsClients): Promise<object> {
  const { Subnets } = await clients.ec2.send(new DescribeSubnetsCommand({}));
  return { awsvpcConfiguration: { subnets: [Subnets![0]!.SubnetId!] } };
}

describe("what AWS refuses, ours refuses too", () => {
  it.each(BAD_CALLS)("$title", async ({ call, says, motoAccepts }) => {
    await expect(call(emulator.clients, await networkOf(emulator.clients))).rejects.toThrow(says);
    const second = call(moto.clients, await networkOf(moto.clients));
    if (motoAccepts) await expect(second).resolves.toBeDefined();
    else await expect(second).rejects.toThrow();
  });
});
