import type { Task } from "@aws-sdk/client-ecs";

/** What is read of an ECS task; `DescribeTasks` gives a hundred of them at once. */
export type TaskAnswer = Pick<
  Task,
  | "taskArn"
  | "taskDefinitionArn"
  | "lastStatus"
  | "desiredStatus"
  | "createdAt"
  | "healthStatus"
  | "attachments"
>;

/** A worker's task in the service. */
export interface ServiceTask {
  /** The last part of its ARN, which also ends its worker's name. */
  readonly id: string;
  readonly launchedAt: number;
  /** Running and, where the container has a health check, healthy. */
  readonly ready: boolean;
  readonly taskDefinitionArn: string;
  /** As its container calls itself: `ip-10-0-1-7.ec2.internal`, without the domain. */
  readonly hostname: string | undefined;
}

/** The tasks that live and are meant to. */
export function serviceTasks(tasks: readonly TaskAnswer[]): ServiceTask[] {
  return tasks
    .filter((task) => task.desiredStatus !== "STOPPED" && task.lastStatus !== "STOPPED")
    .map(toServiceTask);
}

function toServiceTask(task: TaskAnswer): ServiceTask {
  return {
    id: taskId(task.taskArn ?? ""),
    launchedAt: (task.createdAt?.getTime() ?? 0) / 1000,
    ready: task.lastStatus === "RUNNING" && task.healthStatus !== "UNHEALTHY",
    taskDefinitionArn: task.taskDefinitionArn ?? "",
    hostname: hostname(task),
  };
}

export const taskId = (taskArn: string): string => taskArn.slice(taskArn.lastIndexOf("/") + 1);

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html */
function hostname({ attachments }: TaskAnswer): string | undefined {
  const details = attachments?.find(({ type }) => type === "ElasticNetworkInterface")?.details;
  const address = details?.find(({ name }) => name === "privateIPv4Address")?.value;
  return address && `ip-${address.replaceAll(".", "-")}`;
}
