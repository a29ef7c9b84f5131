import { PrefectFargateError } from "#errors";
import type { Stage } from "#reporter";
import type { AwsClients } from "./aws-clients.ts";
import { readEvents } from "./logs/cloudwatch-events.ts";
import { awaitRollout } from "./rollout.ts";
import { readService } from "./status/service-status.ts";
import type { System, SystemService } from "./system.ts";

/** A cold image pull, health checks and three failed starts fit in. */
const TIMEOUT_SECONDS = 600;
const INTERVAL_SECONDS = 0.5;
/** The end of a log in which a traceback fits. */
const LOG_LINES = 20;
const LOG_SINCE_MS = 15 * 60_000;
const EXPLAINED: ReadonlySet<string> = new Set(["TIMED_OUT", "ROLLED_BACK"]);

export interface RunningService {
  readonly name: string;
  /** ECS tasks of the deployed revision. */
  readonly tasks: readonly string[];
  /** Of its load balancer, where it has one. */
  readonly url: string | undefined;
}

interface AwaitServiceOptions {
  /** The deployment that must have brought it there. @default - any */
  readonly deploymentId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The gate of a service beside the workers: ECS runs the intended revision and nothing older. Behind a load balancer ECS
 * counts a task only when the load balancer finds it healthy.
 * @throws SERVICE_NOT_RUNNING with what its tasks and its log say
 */
export async function awaitService(
  name: string,
  system: System,
  aws: AwsClients,
  stage: Stage,
  { deploymentId, signal }: AwaitServiceOptions = {},
): Promise<RunningService> {
  const service = system.services[name]!;
  const target = {
    cluster: system.cluster_name,
    service: service.service_name,
    taskDefinitionArn: service.task_definition_arn,
    ...(deploymentId === undefined ? {} : { deploymentId }),
  };
  const limits = { timeoutSeconds: TIMEOUT_SECONDS, intervalSeconds: INTERVAL_SECONDS, signal };
  const { running } = await awaitRollout(aws.ecs, target, limits, (state) => stage.update(state)).catch(
    async (error: unknown) => {
      if (!(error instanceof PrefectFargateError) || !EXPLAINED.has(error.code)) throw error;
      throw await notRunning(name, system, service, aws, error);
    },
  );
  const url = system.load_balancers[name]?.url;
  stage.update(url ?? "running");
  return { name, tasks: running.flatMap(({ taskArn }) => (taskArn ? [taskArn] : [])), url };
}

async function notRunning(
  name: string,
  system: System,
  service: SystemService,
  aws: AwsClients,
  gate: PrefectFargateError,
): Promise<PrefectFargateError> {
  const [status, log] = await Promise.all([
    readService(aws, system, service).catch(() => undefined),
    lastLines(aws, service).catch(() => []),
  ]);
  const tasks = (status?.tasks ?? []).flatMap(({ id, reason, exitCode }) =>
    reason ? [`task ${id.slice(0, 8)}: ${reason}${exitCode === undefined ? "" : `, exit ${exitCode}`}`] : [],
  );
  return new PrefectFargateError("SERVICE_NOT_RUNNING", `Service ${name} does not run: ${gate.message}`, {
    source: "environment",
    cause: gate,
    details: [...tasks, ...(log.length > 0 ? ["it logged last:", ...log.map((line) => `  ${line}`)] : [])],
    hint: `prefect-fargate logs ${name}`,
  });
}

async function lastLines({ logs }: AwsClients, { log_group: group }: SystemService): Promise<string[]> {
  const lines: string[] = [];
  const since = new Date(Date.now() - LOG_SINCE_MS);
  for await (const { message = "" } of readEvents(logs, { group, since })) lines.push(message.trimEnd());
  return lines.slice(-LOG_LINES);
}
