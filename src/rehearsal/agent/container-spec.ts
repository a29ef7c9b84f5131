import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { ContainerSpec } from "./driver.ts";
import {
  containerCommand,
  containerOverride,
  type FargateTask,
  taskId,
  taskMemoryMiB,
} from "./fargate-task.ts";
import type { ProvisionedContainer } from "./provision.ts";
import { taskEnvironment } from "./task-environment.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html: 30 s, and 120 s at most on Fargate. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;
const MAX_STOP_TIMEOUT_SECONDS = 120;

export interface ContainerPlace {
  readonly directory: string;
  readonly temporaryDirectory: string;
  readonly metadataUri: string;
  readonly agentUri: string;
  readonly credentials?: { readonly uri: string; readonly token: string };
  readonly endpointUrl: string;
}

/** Everything the driver needs to run one container: the definition, the overrides and what was fetched for it. */
export function containerSpec(
  task: FargateTask,
  { definition, image, secrets, logs }: ProvisionedContainer,
  place: ContainerPlace,
): ContainerSpec {
  const name = definition.name ?? "";
  const override = containerOverride(task, name);
  return {
    id: `${taskId(task.taskArn)}-${name}`,
    taskArn: task.taskArn,
    name,
    image,
    ...containerCommand(task, definition),
    environment: taskEnvironment({
      imageEnvironment: image.environment,
      definition: definition.environment,
      override: override?.environment,
      secrets,
      region: task.region,
      ...place,
    }),
    directory: place.directory,
    temporaryDirectory: place.temporaryDirectory,
    workingDirectory: definition.workingDirectory,
    memoryMiB: override?.memory ?? definition.memory ?? taskMemoryMiB(task),
    stopTimeoutSeconds: stopTimeoutSeconds(definition),
    onOutput: (stream, chunk) => logs.write(stream, chunk),
  };
}

function stopTimeoutSeconds({ stopTimeout }: Pick<ContainerDefinition, "stopTimeout">): number {
  return Math.min(stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS, MAX_STOP_TIMEOUT_SECONDS);
}
