import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import {
  type ContainerDefinition,
  CreateServiceCommand,
  type DeploymentConfiguration,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import type { TestEmulator } from "./emulator.ts";

/** Registers the smallest Fargate task there is, with one container `app`; returns its ARN. */
export async function registerTask(
  { clients }: TestEmulator,
  family: string,
  options: { healthCheck?: boolean } & Partial<RegisterTaskDefinitionCommandInput> = {},
): Promise<string> {
  const { healthCheck, ...more } = options;
  const container: ContainerDefinition = { name: "app", image: "example:1", essential: true };
  const { taskDefinition } = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        healthCheck ? { ...container, healthCheck: { command: ["CMD-SHELL", "true"] } } : container,
      ],
      ...more,
    }),
  );
  return taskDefinition!.taskDefinitionArn!;
}

/** The first subnet of the default VPC. */
export async function defaultNetwork({ clients }: TestEmulator) {
  const { Subnets } = await clients.ec2.send(new DescribeSubnetsCommand({}));
  return { awsvpcConfiguration: { subnets: [Subnets![0]!.SubnetId!] } };
}

/** Creates the service `worker` in the default VPC. */
export async function createService(
  emulator: TestEmulator,
  cluster: string,
  taskDefinition: string,
  deploymentConfiguration: DeploymentConfiguration = {},
  desiredCount = 1,
): Promise<void> {
  await emulator.clients.ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: "worker",
      taskDefinition,
      desiredCount,
      launchType: "FARGATE",
      networkConfiguration: await defaultNetwork(emulator),
      deploymentConfiguration,
    }),
  );
}
