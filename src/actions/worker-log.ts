/** The container's name in the worker module's task definition. */
export const WORKER_CONTAINER = "prefect-worker";

/**
 * The log stream of a worker's task: the awslogs driver joins prefix, container and task.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 */
export const workerLogStream = (worker: string, taskArn: string): string =>
  `${worker}/${WORKER_CONTAINER}/${taskArn.split("/").at(-1)}`;
