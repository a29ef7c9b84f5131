import type { TaskStopCode } from "@aws-sdk/client-ecs";

/*
 * The words with which ECS says why a task stopped, so that what reads them (a deployment's diagnosis, a person)
 * meets here what it will meet on AWS.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */

export interface StopReason {
  readonly stopCode: TaskStopCode;
  readonly reason: string;
}

export const ESSENTIAL_CONTAINER_EXITED: StopReason = {
  stopCode: "EssentialContainerExited",
  reason: "Essential container in task exited",
};

/** https://repost.aws/knowledge-center/ecs-resolve-outofmemory-errors */
export const OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage";

/** The agent ends and takes its tasks with it. ECS has no words for this; the code is its nearest. */
export const HOST_STOPPED: StopReason = {
  stopCode: "TerminationNotice",
  reason: "The local Fargate of the rehearsal was stopped.",
};

/** A task that runs according to the control plane, but whose host (an earlier agent) is gone. */
export const HOST_LOST: StopReason = {
  stopCode: "TerminationNotice",
  reason: "The local Fargate that ran this task is gone.",
};

/** Thrown by whatever a task needs before its containers run; the task then stops with these words. */
export class TaskStartFailure extends Error {
  override readonly name = "TaskStartFailure";
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html */
export function cannotPullContainer(imageReference: string): TaskStartFailure {
  return new TaskStartFailure(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${imageReference}: ${imageReference}: not found`,
  );
}

export function cannotStartContainer(problem: string): TaskStartFailure {
  return new TaskStartFailure(`CannotStartContainerError: ${problem}`);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html */
export function secretNotRetrieved(source: "asm" | "ssm", problem: string): TaskStartFailure {
  const what = source === "asm" ? "retrieve secret from asm" : "retrieve secrets from ssm";
  return new TaskStartFailure(
    `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to ${what}: service call has been retried 1 time(s): ${problem}`,
  );
}

export function logStreamNotCreated(what: "group" | "stream", problem: string): TaskStartFailure {
  return new TaskStartFailure(
    `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log ${what}: ${problem} : exit status 1`,
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html */
export function roleNotAssumed(roleArn: string): TaskStartFailure {
  return new TaskStartFailure(
    `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
  );
}

/** Whatever kept a task from starting, as the reason of its stop. */
export function startFailure(error: unknown): StopReason {
  const words = error instanceof Error ? error.message : String(error);
  const reason = error instanceof TaskStartFailure ? words : `ResourceInitializationError: ${words}`;
  return { stopCode: "TaskFailedToStart", reason };
}

/** `AccessDeniedException: User: … is not authorized …`, the way the container host quotes a service's answer. */
export function serviceAnswer(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.name}: ${error.message}`;
}
