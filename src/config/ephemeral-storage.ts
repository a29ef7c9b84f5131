/**
 * Disk of a Fargate task. The least is what every task has without being asked.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
 */
export const EPHEMERAL_STORAGE_GIB = { least: 20, most: 200 } as const;
