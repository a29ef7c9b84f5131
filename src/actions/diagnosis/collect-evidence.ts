import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  type Deployment,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type Service,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { PrefectFargateError } from "#errors";
import type { PrefectClient } from "#prefect/client.ts";
import type { AwsClients } from "../aws-clients.ts";
import type { System, SystemWorker } from "../system.ts";
import { workerLogStream } from "../worker-log.ts";
import type {
  DefinitionEvidence,
  Evidence,
  PrefectEvidence,
  ServiceEvidence,
  TaskEvidence,
} from "./evidence.ts";

/** A crash loop says the same each time: the newest tasks are enough. */
const MOST_TASKS = 5;
/** The end of a task's log in which a traceback fits whole. */
const LOG_LINES = 200;
/** DescribeTasks takes as many at once. */
const DESCRIBED_AT_ONCE = 100;

/** Reads all that may tell why a worker is not ONLINE. It throws nothing: what cannot be read becomes `unseen`. */
export async function collectEvidence(
  worker: string,
  system: System,
  { aws, prefect }: { aws: AwsClients; prefect: PrefectClient },
): Promise<Evidence> {
  const target = system.workers[worker]!;
  const cluster = system.cluster_name;
  const unseen: string[] = [];
  const attempt = async <T>(what: string, look: Promise<T>): Promise<T | undefined> =>
    look.catch((error: unknown) => {
      unseen.push(`${what} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
  const [service, definition, prefectSide, listed] = await Promise.all([
    attempt(`Service ${target.service_name}`, describeService(aws.ecs, cluster, target.service_name)),
    attempt("The task definition", describeDefinition(aws.ecs, target.task_definition_arn)),
    askPrefect(prefect, target),
    attempt("Its tasks", listTasks(aws.ecs, cluster, target.service_name)),
  ]);
  const deployment = newestOf(service, target);
  const tasks = (listed ?? [])
    .filter((task) => isOfDeployment(task, target, deployment))
    .sort((a, b) => bornAt(b) - bornAt(a))
    .slice(0, MOST_TASKS);
  const since = deployment?.createdAt ?? tasks.at(-1)?.createdAt;
  return {
    subject: "worker",
    worker,
    workerType: target.worker_type,
    region: system.region,
    cluster,
    service: service && {
      ...readService(service, target, deployment, since),
      lastAlive: lastAlive(listed ?? []),
    },
    definition,
    tasks: await Promise.all(
      tasks.map(async (task) => readTask(task, await attempt("A log", readLog(aws, target, worker, task)))),
    ),
    prefect: prefectSide,
    told: [],
    unseen,
  };
}

async function describeService(
  ecs: ECSClient,
  cluster: string,
  service: string,
): Promise<Service | undefined> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  return services?.[0];
}

/** Of several deployments of one revision, as after a new secret, the last one is meant, also when it was rolled back. */
const newestOf = (service: Service | undefined, target: SystemWorker): Deployment | undefined =>
  (service?.deployments ?? [])
    .filter(({ taskDefinition }) => taskDefinition === target.task_definition_arn)
    .sort((a, b) => bornAt(b) - bornAt(a))[0];

async function listTasks(ecs: ECSClient, cluster: string, serviceName: string): Promise<Task[]> {
  const listed = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((desiredStatus) =>
      ecs.send(new ListTasksCommand({ cluster, serviceName, desiredStatus, maxResults: DESCRIBED_AT_ONCE })),
    ),
  );
  const tasks = [...new Set(listed.flatMap(({ taskArns }) => taskArns ?? []))].slice(0, DESCRIBED_AT_ONCE);
  if (tasks.length === 0) return [];
  const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
  return described.tasks ?? [];
}

/** The same revision may have run before, under another deployment: of that, nothing is wanted. */
function isOfDeployment(task: Task, target: SystemWorker, deployment: Deployment | undefined): boolean {
  if (task.taskDefinitionArn !== target.task_definition_arn) return false;
  return deployment?.id === undefined || task.startedBy === undefined || task.startedBy === deployment.id;
}

const bornAt = ({ createdAt }: Task | Deployment): number => createdAt?.getTime() ?? 0;

/** A task is alive until it is STOPPED: while it is being stopped, its worker still sends heartbeats. */
function lastAlive(tasks: readonly Task[]): Date | undefined {
  if (tasks.length === 0) return undefined;
  const now = Date.now();
  return new Date(
    Math.max(
      ...tasks.map((task) => (task.lastStatus === "STOPPED" ? (task.stoppedAt?.getTime() ?? 0) : now)),
    ),
  );
}

function readService(
  service: Service,
  target: SystemWorker,
  deployment: Deployment | undefined,
  since: Date | undefined,
): Omit<ServiceEvidence, "lastAlive"> {
  const primary = service.deployments?.find(({ status }) => status === "PRIMARY");
  const network = service.networkConfiguration?.awsvpcConfiguration;
  return {
    name: target.service_name,
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    rollout: deployment && {
      state: deployment.rolloutState ?? "unknown",
      reason: deployment.rolloutStateReason ?? "",
    },
    rolledBack: primary !== undefined && primary !== deployment,
    subnetIds: network?.subnets ?? [],
    assignPublicIp: network?.assignPublicIp === "ENABLED",
    events: (service.events ?? [])
      .filter(({ createdAt }) => !since || !createdAt || createdAt >= since)
      .map(({ message = "" }) => message),
  };
}

async function describeDefinition(
  ecs: ECSClient,
  taskDefinition: string,
): Promise<DefinitionEvidence | undefined> {
  const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return readDefinition(answer.taskDefinition);
}

/** What a worker may be given to say who it is. */
const CREDENTIALS = ["PREFECT_API_KEY", "PREFECT_API_AUTH_STRING"];

export function readDefinition(definition: TaskDefinition | undefined): DefinitionEvidence | undefined {
  const container = definition?.containerDefinitions?.[0];
  if (!definition || !container) return undefined;
  const environment = Object.fromEntries(
    (container.environment ?? []).map(({ name = "", value = "" }) => [name, value]),
  );
  const secret = container.secrets?.find(({ name = "" }) => CREDENTIALS.includes(name));
  return {
    image: container.image ?? "",
    cpu: Number(definition.cpu),
    memoryMiB: Number(definition.memory),
    architecture: definition.runtimePlatform?.cpuArchitecture ?? "X86_64",
    executionRoleArn: definition.executionRoleArn ?? "",
    taskRoleArn: definition.taskRoleArn ?? "",
    secretArn: secret?.valueFrom ?? "",
    secretVariable: secret?.name ?? "",
    logGroup: container.logConfiguration?.options?.["awslogs-group"] ?? "",
    apiUrl: environment.PREFECT_API_URL ?? "",
    extraPipPackages: environment.EXTRA_PIP_PACKAGES ?? "",
  };
}

export function readTask(task: Task, log: string[] | undefined): TaskEvidence {
  return {
    id: task.taskArn?.split("/").at(-1) ?? "",
    status: task.lastStatus ?? "UNKNOWN",
    health: task.healthStatus ?? "UNKNOWN",
    startedAt: task.startedAt,
    stoppedAt: task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    containers: (task.containers ?? []).map(({ name = "", exitCode, reason }) => ({
      name,
      exitCode,
      reason,
    })),
    log: log ?? [],
  };
}

/** A task that never ran has no stream, which is no trouble of its own. */
async function readLog(aws: AwsClients, target: SystemWorker, worker: string, task: Task): Promise<string[]> {
  const request = new GetLogEventsCommand({
    logGroupName: target.worker_log_group,
    logStreamName: workerLogStream(worker, task.taskArn ?? ""),
    limit: LOG_LINES,
    startFromHead: false,
  });
  const answer = await aws.logs.send(request).catch((error: unknown) => {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  });
  return (answer?.events ?? []).flatMap(({ message = "" }) => message.split(/\r?\n/).filter(Boolean));
}

async function askPrefect(
  prefect: PrefectClient,
  { work_pool: workPool }: SystemWorker,
): Promise<PrefectEvidence> {
  const asked = { apiUrl: prefect.apiUrl, workPool };
  try {
    const [pool, workers] = await Promise.all([
      prefect.readWorkPool(workPool),
      prefect.listWorkers(workPool),
    ]);
    return { ...asked, pool, workers, problem: undefined };
  } catch (error) {
    const { code, message } =
      error instanceof PrefectFargateError ? error : { code: "UNKNOWN", message: String(error) };
    return { ...asked, pool: undefined, workers: [], problem: { code, message } };
  }
}
