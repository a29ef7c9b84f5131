import type { ContainerRun } from "./container-run.ts";
import { type FargateTask, taskId, taskMemoryMiB } from "./fargate-task.ts";

/*
 * The answers of the task metadata endpoint, in AWS's shape.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html
 */

const CPU_UNITS_PER_VCPU = 1024;
const BYTES_PER_MIB = 1024 ** 2;

export function taskMetadata(task: FargateTask, knownStatus: string, containers: readonly ContainerRun[]) {
  const { family, revision } = task.definition;
  const cpuUnits = Number(task.overrides?.cpu || task.cpu || task.definition.cpu);
  const service = task.group?.match(/^service:(.+)$/)?.[1];
  return {
    Cluster: task.clusterArn,
    TaskARN: task.taskArn,
    Family: family,
    Revision: String(revision),
    ...(service && { ServiceName: service }),
    DesiredStatus: task.desiredStatus,
    KnownStatus: knownStatus,
    Limits: { CPU: cpuUnits / CPU_UNITS_PER_VCPU, Memory: taskMemoryMiB(task) },
    ...(task.availabilityZone && { AvailabilityZone: task.availabilityZone }),
    LaunchType: task.launchType ?? "FARGATE",
    Containers: containers.map((container) => containerMetadata(task, container)),
  };
}

export function containerMetadata(task: FargateTask, container: ContainerRun) {
  const { definition } = container;
  const logging = definition.logConfiguration;
  const address = privateAddress(task);
  return {
    DockerId: runtimeId(task, container),
    Name: container.name,
    DockerName: container.name,
    Image: definition.image,
    Labels: {
      "com.amazonaws.ecs.cluster": task.clusterArn,
      "com.amazonaws.ecs.container-name": container.name,
      "com.amazonaws.ecs.task-arn": task.taskArn,
      "com.amazonaws.ecs.task-definition-family": task.definition.family,
      "com.amazonaws.ecs.task-definition-version": String(task.definition.revision),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: container.status,
    ...(container.exitCode !== undefined && { ExitCode: container.exitCode }),
    Limits: { CPU: definition.cpu ?? 0, ...(definition.memory && { Memory: definition.memory }) },
    ...(container.startedAt && { CreatedAt: container.startedAt, StartedAt: container.startedAt }),
    ...(container.endedAt && { FinishedAt: container.endedAt }),
    Type: "NORMAL",
    ...(container.state.healthStatus && { Health: { status: container.state.healthStatus } }),
    ContainerARN: `${task.taskArn.replace(":task/", ":container/")}/${container.name}`,
    ...(logging && { LogDriver: logging.logDriver, LogOptions: logging.options }),
    Networks: [{ NetworkMode: "awsvpc", IPv4Addresses: address ? [address] : [] }],
  };
}

/** The part of Docker's statistics that this machine can tell; null for a container that does not run. */
export async function containerStats(task: FargateTask, container: ContainerRun) {
  if (container.status !== "RUNNING") return null;
  const limitMiB = container.definition.memory ?? taskMemoryMiB(task);
  return {
    read: new Date(),
    id: runtimeId(task, container),
    name: container.name,
    memory_stats: {
      usage: await container.running?.memoryBytes(),
      ...(limitMiB && { limit: limitMiB * BYTES_PER_MIB }),
    },
  };
}

export async function taskStats(task: FargateTask, containers: readonly ContainerRun[]) {
  const entries = containers.map(async (container) => [
    runtimeId(task, container),
    await containerStats(task, container),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

function runtimeId(task: FargateTask, container: ContainerRun): string {
  return container.running?.runtimeId ?? `${taskId(task.taskArn)}-${container.name}`;
}

function privateAddress(task: FargateTask): string | undefined {
  const details = task.attachments?.flatMap((attachment) => attachment.details ?? []);
  return details?.find(({ name }) => name === "privateIPv4Address")?.value;
}
