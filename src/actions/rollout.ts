import {
  type Deployment,
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  GetTaskProtectionCommand,
  ListTasksCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { PrefectFargateError } from "#errors";
import { type Look, type PollOptions, poll } from "./poll.ts";

/** ECS's words for a deployment that its circuit breaker gave up. */
const ROLLED_BACK = "FAILED";

export interface RolloutTarget {
  readonly cluster: string;
  readonly service: string;
  /** The revision that must be running at the end. */
  readonly taskDefinitionArn: string;
  /**
   * The deployment that must bring it there, where the revision was running before as well: after a forced deployment only this
   * tells old tasks from new ones.
   * @default - any
   */
  readonly deploymentId?: string;
  /**
   * Whether its tasks protect themselves while they have work. ECS then goes on with a deployment until the last old task has
   * ended, which may be hours: it is over for us when the new tasks are there and no other old one is left.
   * @default false
   */
  readonly protectsItself?: boolean;
}

export interface Rollout {
  /** How many tasks the service wants. */
  readonly desiredCount: number;
  /** Tasks of the intended revision that are running. */
  readonly running: readonly Task[];
  /** Older tasks that finish their work under task protection. They are reported, not awaited. */
  readonly draining: readonly Task[];
  /** When the last older task stopped, if one was there. A worker's heartbeat must be later than this. */
  readonly lastOldStop: Date | undefined;
}

/**
 * Waits until the service's PRIMARY deployment is COMPLETED on the intended revision and no older,
 * unprotected task is left.
 * @throws ROLLED_BACK when the circuit breaker has put the previous revision back or given up.
 * @throws TIMED_OUT with the state last seen.
 */
export async function awaitRollout(
  ecs: ECSClient,
  target: RolloutTarget,
  options: Omit<PollOptions, "what">,
  seen: (state: string) => void = () => {},
): Promise<Rollout> {
  return poll(
    async () => {
      const look = await lookAtRollout(ecs, target);
      if ("seen" in look) seen(look.seen);
      return look;
    },
    { what: `service ${target.service} to run ${revision(target.taskDefinitionArn)}`, ...options },
  );
}

async function lookAtRollout(ecs: ECSClient, target: RolloutTarget): Promise<Look<Rollout>> {
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: target.cluster, services: [target.service] }),
  );
  const service = services?.[0];
  if (service?.status !== "ACTIVE") return { seen: `service ${service?.status ?? "missing"}` };
  const primary = service.deployments?.find((deployment) => deployment.status === "PRIMARY");
  refuseRollback(service.deployments ?? [], primary, target);
  const state = `deployment ${primary?.rolloutState ?? "unknown"}, ${service.runningCount} of ${service.desiredCount} tasks running`;
  const complete = primary?.rolloutState === "COMPLETED";
  if (!primary || (!complete && !target.protectsItself)) return { seen: state };
  if (target.deploymentId !== undefined && primary.id !== target.deploymentId)
    return { seen: `deployment ${primary.id}, not ${target.deploymentId} yet` };

  const { current, older, stopped } = await tasksOf(ecs, target);
  const protectedTasks = await protectedOf(ecs, target, older);
  if (older.length > protectedTasks.length) return { seen: `${older.length} older tasks still stopping` };
  const ready = current.filter(isReady).length;
  if (!complete && ready < (service.desiredCount ?? 0))
    return {
      seen: `${ready} of ${service.desiredCount} new tasks ready, ${protectedTasks.length} older ones at work`,
    };
  const stops = stopped.map((task) => task.stoppedAt?.getTime() ?? 0);
  return {
    found: {
      desiredCount: service.desiredCount ?? 0,
      running: current,
      draining: protectedTasks,
      lastOldStop: stops.length > 0 ? new Date(Math.max(...stops)) : undefined,
    },
  };
}

/**
 * A rollback may end on the very revision that failed, when only a secret or a role had changed: what tells then is that
 * the deployment that failed is younger than the PRIMARY one.
 */
function refuseRollback(
  deployments: readonly Deployment[],
  primary: Deployment | undefined,
  target: RolloutTarget,
): void {
  const failed = deployments.find(
    (deployment) =>
      deployment.taskDefinition === target.taskDefinitionArn &&
      deployment.rolloutState === ROLLED_BACK &&
      (deployment === primary || bornAt(deployment) > bornAt(primary)),
  );
  // A deployment that is not listed yet has not been replaced.
  const isListed = deployments.some(({ id }) => id === target.deploymentId);
  const replaced =
    primary !== undefined &&
    (primary.taskDefinition !== target.taskDefinitionArn || (isListed && primary.id !== target.deploymentId));
  if (!failed && !replaced) return;
  throw new PrefectFargateError(
    "ROLLED_BACK",
    failed === primary
      ? `ECS gave up on ${revision(target.taskDefinitionArn)} of service ${target.service}: its tasks did not stay up.`
      : `ECS rolled service ${target.service} back to ${revision(primary?.taskDefinition)}: the tasks of ${revision(target.taskDefinitionArn)} did not stay up.`,
    {
      source: "environment",
      details: [failed?.rolloutStateReason ?? primary?.rolloutStateReason ?? "ECS gave no reason."],
    },
  );
}

const bornAt = (deployment: Deployment | undefined): number => deployment?.createdAt?.getTime() ?? 0;

async function tasksOf(ecs: ECSClient, { cluster, service, taskDefinitionArn, deploymentId }: RolloutTarget) {
  const list = async (desiredStatus: "RUNNING" | "STOPPED") => {
    const { taskArns } = await ecs.send(
      new ListTasksCommand({ cluster, serviceName: service, desiredStatus }),
    );
    if (!taskArns?.length) return [];
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    return tasks ?? [];
  };
  const [wanted, unwanted] = await Promise.all([list("RUNNING"), list("STOPPED")]);
  // ECS notes in each task which deployment started it.
  const isOld = (task: Task) =>
    task.taskDefinitionArn !== taskDefinitionArn ||
    (deploymentId !== undefined && task.startedBy !== deploymentId);
  const isStopped = (task: Task) => task.lastStatus === "STOPPED";
  return {
    current: wanted.filter((task) => !isOld(task)),
    older: [...wanted, ...unwanted].filter((task) => isOld(task) && !isStopped(task)),
    stopped: unwanted.filter(isStopped),
  };
}

/** Those that nobody stops. Of tasks that do not protect themselves, ECS leaves none running in a completed deployment. */
async function protectedOf(
  ecs: ECSClient,
  { cluster, protectsItself }: RolloutTarget,
  tasks: readonly Task[],
): Promise<Task[]> {
  const wanted = tasks.filter((task) => task.desiredStatus === "RUNNING");
  if (!protectsItself || wanted.length === 0) return wanted;
  const { protectedTasks = [] } = await ecs.send(
    new GetTaskProtectionCommand({ cluster, tasks: wanted.map(({ taskArn }) => taskArn!) }),
  );
  const isProtected = (task: Task) =>
    protectedTasks.some(({ taskArn, protectionEnabled }) => taskArn === task.taskArn && protectionEnabled);
  return wanted.filter(isProtected);
}

const isReady = ({ lastStatus, healthStatus }: Task): boolean =>
  lastStatus === "RUNNING" && healthStatus === "HEALTHY";

/** `family:7` of an ARN. */
const revision = (arn = "an unknown revision") => arn.split("/").at(-1) ?? arn;
