import type { Attachment, ContainerDefinition, Tag, TaskDefinition, TaskOverride } from "@aws-sdk/client-ecs";

/** A task as the control plane hands it to its container host: as DescribeTasks shows it, with its definition. */
export interface FargateTask {
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly region: string;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  readonly definition: TaskDefinition;
  readonly overrides?: TaskOverride;
  readonly attachments?: Attachment[];
  /** `service:NAME` for a service's task, `family:NAME` or the caller's word for others. */
  readonly group?: string;
  readonly launchType?: string;
  readonly availabilityZone?: string;
  /** MiB and CPU units as text, with the override applied. */
  readonly cpu?: string;
  readonly memory?: string;
  readonly tags?: Tag[];
}

/** What follows the last slash of the ARN; ECS uses it for log streams and as name of the roles' sessions. */
export function taskId(taskArn: string): string {
  return taskArn.slice(taskArn.lastIndexOf("/") + 1);
}

/** The name of a task's folders. Short, for the sake of paths; twelve characters of a random id do not meet by chance. */
export function taskFolderName(taskArn: string): string {
  return taskId(taskArn).slice(0, 12);
}

/** The role whose session the task's own code gets. The override of RunTask wins. */
export function taskRoleArn(task: FargateTask): string | undefined {
  return task.overrides?.taskRoleArn || task.definition.taskRoleArn || undefined;
}

/** The role with which the host itself fetches secrets and writes logs for the task. */
export function executionRoleArn(task: FargateTask): string | undefined {
  return task.overrides?.executionRoleArn || task.definition.executionRoleArn || undefined;
}

/** The hard limit shared by all containers of the task; undefined when the definition has none. */
export function taskMemoryMiB(task: FargateTask): number | undefined {
  const memory = Number(task.overrides?.memory || task.memory || task.definition.memory);
  return Number.isFinite(memory) && memory > 0 ? memory : undefined;
}

/** A container ends its task with it unless the definition says otherwise. */
export function isEssential(container: ContainerDefinition): boolean {
  return container.essential ?? true;
}

export function containerOverride(task: FargateTask, containerName: string) {
  return task.overrides?.containerOverrides?.find((override) => override.name === containerName);
}

/** The command line without the image's own entry point: `entryPoint`, then the override's or the definition's command. */
export function containerCommand(task: FargateTask, container: ContainerDefinition) {
  const override = containerOverride(task, container.name ?? "");
  return {
    entryPoint: container.entryPoint?.length ? container.entryPoint : undefined,
    command: override?.command?.length ? override.command : (container.command ?? []),
  };
}
