import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  GetTaskProtectionCommand,
  ListTasksCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import type { AwsClients } from "../aws-clients.ts";
import type { System, SystemWorker } from "../system.ts";

/** AWS keeps stopped tasks for an hour; the latest tell enough. */
const MOST_STOPPED = 3;
/** As `image/ecs.py` reads it. */
const TOLD_TO_GO_MS = 24 * 60 * 60 * 1000;
/** DescribeTasks takes as many at once. */
const DESCRIBED_AT_ONCE = 100;

export interface TaskStatus {
  readonly id: string;
  /** `dev-worker:3`. */
  readonly revision: string;
  readonly status: string;
  /** Takes no more work and ends when what it has is done: a process worker that was told to go, or was replaced. */
  readonly draining: boolean;
  readonly health: string;
  readonly startedAt: Date | undefined;
  readonly stoppedAt: Date | undefined;
  /** Why it stopped, in AWS's words; undefined while it runs. */
  readonly reason: string | undefined;
  readonly exitCode: number | undefined;
}

export interface ServiceStatus {
  readonly name: string;
  readonly status: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly rollout: {
    readonly state: string;
    readonly reason: string;
    readonly revision: string;
    readonly since: Date | undefined;
  };
  /** The newest first: those that run, and the latest that stopped. */
  readonly tasks: readonly TaskStatus[];
}

/** An ECS service with its tasks; undefined when ECS does not know it. */
export async function readService(
  { ecs }: AwsClients,
  system: System,
  {
    service_name,
    worker_type: type,
  }: Pick<SystemWorker, "service_name"> & Partial<Pick<SystemWorker, "worker_type">>,
): Promise<ServiceStatus | undefined> {
  const cluster = system.cluster_name;
  const list = (desiredStatus: "RUNNING" | "STOPPED") =>
    ecs.send(
      new ListTasksCommand({
        cluster,
        serviceName: service_name,
        desiredStatus,
        maxResults: DESCRIBED_AT_ONCE,
      }),
    );
  const [{ services }, wanted, unwanted] = await Promise.all([
    ecs.send(new DescribeServicesCommand({ cluster, services: [service_name] })),
    list("RUNNING"),
    list("STOPPED"),
  ]);
  const service = services?.[0];
  if (!service || service.status === "INACTIVE") return undefined;
  const primary = service.deployments?.find(({ status }) => status === "PRIMARY");
  const arns = [...(wanted.taskArns ?? []), ...(unwanted.taskArns ?? [])].slice(0, DESCRIBED_AT_ONCE);
  const { tasks = [] } =
    arns.length > 0 ? await ecs.send(new DescribeTasksCommand({ cluster, tasks: arns })) : {};
  const going =
    type === "process" ? await drainingTasks(ecs, cluster, wanted.taskArns ?? []) : new Set<string>();
  const isDraining = (task: Task) =>
    going.has(task.taskArn ?? "") ||
    (type === "process" &&
      task.lastStatus === "RUNNING" &&
      task.taskDefinitionArn !== primary?.taskDefinition);
  return {
    name: service_name,
    status: service.status ?? "UNKNOWN",
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    rollout: {
      state: primary?.rolloutState ?? "UNKNOWN",
      reason: primary?.rolloutStateReason ?? "",
      revision: lastPart(primary?.taskDefinition),
      since: primary?.updatedAt,
    },
    tasks: newest(tasks.map((task) => ({ ...readTask(task), draining: isDraining(task) }))),
  };
}

/** The scaler tells a task to go by protecting it for longer than anybody else does. */
async function drainingTasks(ecs: ECSClient, cluster: string, tasks: string[]): Promise<Set<string>> {
  if (tasks.length === 0) return new Set();
  const { protectedTasks = [] } = await ecs.send(new GetTaskProtectionCommand({ cluster, tasks }));
  const told = protectedTasks.filter(
    ({ expirationDate }) => (expirationDate?.getTime() ?? 0) - Date.now() > TOLD_TO_GO_MS,
  );
  return new Set(told.flatMap(({ taskArn }) => taskArn ?? []));
}

export function readTask(task: Task): TaskStatus {
  const ended = task.containers?.find(({ exitCode, reason }) => (exitCode ?? 0) !== 0 || reason);
  const reason = [task.stopCode, task.stoppedReason].filter(Boolean).join(": ");
  return {
    id: lastPart(task.taskArn),
    revision: lastPart(task.taskDefinitionArn),
    status: task.lastStatus ?? "UNKNOWN",
    draining: false,
    health: task.healthStatus ?? "UNKNOWN",
    startedAt: task.startedAt,
    stoppedAt: task.stoppedAt,
    reason: reason ? [reason, ended?.reason].filter(Boolean).join("; ") : undefined,
    exitCode: ended?.exitCode ?? task.containers?.[0]?.exitCode,
  };
}

function newest(tasks: readonly TaskStatus[]): TaskStatus[] {
  const born = ({ startedAt, stoppedAt }: TaskStatus): number =>
    (startedAt ?? stoppedAt)?.getTime() ?? Infinity;
  const sorted = [...tasks].sort((a, b) => born(b) - born(a));
  const stopped = sorted.filter(({ status }) => status === "STOPPED").slice(0, MOST_STOPPED);
  return sorted.filter((task) => task.status !== "STOPPED" || stopped.includes(task));
}

const lastPart = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "unknown";
