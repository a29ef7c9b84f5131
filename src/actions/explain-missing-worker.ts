import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { PrefectFargateError } from "#errors";
import type { PrefectClient } from "#prefect/client.ts";
import type { AwsClients } from "./aws-clients.ts";
import type { System, SystemWorker } from "./system.ts";

const LOG_LINES = 15;

/**
 * Turns "the worker did not come ONLINE" into the evidence that tells why: the stop reasons and exit codes of its
 * tasks and the end of its log.
 */
export async function explainMissingWorker(
  name: string,
  system: System,
  { aws }: { aws: AwsClients; prefect: PrefectClient },
  cause: PrefectFargateError,
): Promise<PrefectFargateError> {
  const worker = system.workers[name];
  if (!worker) return cause;
  const [stopped, logged] = await Promise.all([stoppedTasks(aws, system, worker), lastLogLines(aws, worker)]);
  return new PrefectFargateError(
    "WORKER_NOT_ONLINE",
    `Worker ${name} did not come ONLINE. ${cause.message}`,
    {
      source: "environment",
      cause,
      details: [...cause.details, ...stopped.map(describeStop), ...logged],
      hint: `Read the whole log: aws logs tail ${worker.worker_log_group} --region ${system.region}`,
    },
  );
}

async function stoppedTasks(aws: AwsClients, system: System, worker: SystemWorker): Promise<Task[]> {
  const cluster = system.cluster_name;
  const { taskArns } = await aws.ecs.send(
    new ListTasksCommand({
      cluster,
      serviceName: worker.service_name,
      desiredStatus: "STOPPED",
      maxResults: 5,
    }),
  );
  if (!taskArns?.length) return [];
  const { tasks } = await aws.ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks ?? [];
}

function describeStop(task: Task): string {
  const exits = (task.containers ?? [])
    .map(({ name, exitCode, reason }) => `${name} exit ${exitCode ?? "none"}${reason ? ` (${reason})` : ""}`)
    .join(", ");
  return `task ${task.taskArn?.split("/").at(-1)}: ${task.stopCode ?? task.lastStatus}: ${task.stoppedReason ?? "no reason given"}; ${exits}`;
}

async function lastLogLines(aws: AwsClients, worker: SystemWorker): Promise<string[]> {
  const answer = await aws.logs
    .send(new FilterLogEventsCommand({ logGroupName: worker.worker_log_group, limit: 1000 }))
    .catch(() => undefined);
  return (answer?.events ?? [])
    .flatMap(({ message }) => (message ? [message.trimEnd()] : []))
    .slice(-LOG_LINES);
}
