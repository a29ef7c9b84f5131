import { DescribeNetworkInterfacesCommand } from "@aws-sdk/client-ec2";
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  paginateListTasks,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { FlowRun } from "#prefect/client.ts";
import type { AwsClients } from "./aws-clients.ts";
import type { System, SystemWorker } from "./system.ts";
import { owningWorkers } from "./work-pools.ts";

/** The ECS task in which a flow run executes, as AWS describes it. */
export interface FlowRunTask {
  readonly taskArn: string;
  readonly clusterArn: string;
  /** `service:NAME` for a task of a service. */
  readonly group: string | undefined;
  readonly subnetId: string | undefined;
  readonly securityGroupIds: readonly string[];
  readonly taskRoleArn: string | undefined;
  readonly executionRoleArn: string | undefined;
  /** Names of the environment variables that stand in clear in the task's overrides. */
  readonly overriddenVariables: readonly string[];
  /** Environment variable name to secret ARN, from the task definition. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** By one of these a client says who it is. */
const CREDENTIALS = ["PREFECT_API_KEY", "PREFECT_API_AUTH_STRING"] as const;
/** By this tag of its task a worker tells which flow run it is. */
const FLOW_RUN_TAG = "prefect.io/flow-run-id";
/** DescribeTasks takes as many at once. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const DESCRIBED_AT_ONCE = 100;

/** The task that a worker noted down for a run, as `cluster::task ARN`; it outlives what AWS remembers of the task. */
export const taskArnOf = ({ infrastructurePid }: Pick<FlowRun, "infrastructurePid">): string | undefined =>
  /::(arn:[^:]+:ecs:.+)$/.exec(infrastructurePid ?? "")?.[1];

/**
 * The task inside which a run of a process worker executes, by its id: Prefect 3 notes the worker, whose name ends with it;
 * with Prefect 2 our worker notes it as the host.
 */
export const hostTaskOf = ({
  workerName,
  infrastructurePid,
}: Pick<FlowRun, "workerName" | "infrastructurePid">): string | undefined =>
  /([0-9a-f]{32})$/.exec(workerName ?? "")?.[1] ?? /^([0-9a-f]{32}):\d+$/.exec(infrastructurePid ?? "")?.[1];

/**
 * Looks for a flow run's own task in a cluster; undefined when it is not there (yet).
 * Look while the run is going on: AWS forgets a stopped task's network interface at once.
 */
export async function findFlowRunTask(
  aws: AwsClients,
  cluster: string,
  flowRunId: string,
): Promise<FlowRunTask | undefined> {
  for await (const task of taggedTasks(aws, cluster))
    if (flowRunIdOf(task) === flowRunId) return describe(aws, task);
  return undefined;
}

/** The same for a run of a process worker: the worker's task. */
export async function findHostTask(
  aws: AwsClients,
  cluster: string,
  run: FlowRun,
): Promise<FlowRunTask | undefined> {
  const id = hostTaskOf(run);
  if (id === undefined) return undefined;
  const { tasks = [] } = await aws.ecs.send(new DescribeTasksCommand({ cluster, tasks: [id] }));
  return tasks[0] && describe(aws, tasks[0]);
}

/** Every task that the cluster still knows, with its tags; those that run come first. */
export async function* taggedTasks({ ecs }: AwsClients, cluster: string): AsyncGenerator<Task> {
  for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
    for await (const { taskArns } of paginateListTasks(
      { client: ecs, pageSize: DESCRIBED_AT_ONCE },
      { cluster, desiredStatus },
    )) {
      if (!taskArns?.length) continue;
      const { tasks } = await ecs.send(
        new DescribeTasksCommand({ cluster, tasks: taskArns, include: ["TAGS"] }),
      );
      yield* tasks ?? [];
    }
  }
}

export const flowRunIdOf = ({ tags }: Task): string | undefined =>
  tags?.find(({ key }) => key === FLOW_RUN_TAG)?.value;

async function describe(aws: AwsClients, task: Task): Promise<FlowRunTask> {
  const { taskDefinition } = await aws.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: task.taskDefinitionArn }),
  );
  const eni = detailsOf(task);
  return {
    taskArn: task.taskArn ?? "",
    clusterArn: task.clusterArn ?? "",
    group: task.group,
    subnetId: eni.subnetId,
    securityGroupIds: eni.networkInterfaceId ? await securityGroupsOf(aws, eni.networkInterfaceId) : [],
    taskRoleArn: task.overrides?.taskRoleArn ?? taskDefinition?.taskRoleArn,
    executionRoleArn: task.overrides?.executionRoleArn ?? taskDefinition?.executionRoleArn,
    overriddenVariables: overriddenVariables(task),
    secrets: secretsOf(taskDefinition),
  };
}

/**
 * A run that Completed proves nothing by itself: without wiring it "succeeds" in the default cluster and
 * network, with the key in its overrides. Returns what is out of place, as sentences; none when all is right.
 */
export function misplacements(task: FlowRunTask, system: System, of: SystemWorker): string[] {
  const worker = whoseTemplate(system, of);
  const problems: string[] = [];
  const isInside = worker.worker_type === "process";
  const [securityGroup, role] = isInside
    ? [worker.security_group_id, worker.task_role_arn]
    : [worker.flow_security_group_id, worker.flow_task_role_arn];
  const expect = (ok: boolean, problem: string) => {
    if (!ok) problems.push(problem);
  };
  expect(
    task.clusterArn === system.cluster_arn,
    `It ran in cluster ${task.clusterArn}, not in ${system.cluster_arn}.`,
  );
  expect(
    !isInside || task.group === `service:${worker.service_name}`,
    `It ran in task ${task.taskArn}, which is none of service ${worker.service_name}.`,
  );
  expect(
    task.subnetId !== undefined && system.subnet_ids.includes(task.subnetId),
    `It ran in subnet ${task.subnetId}, not in one of ${system.subnet_ids.join(", ")}.`,
  );
  expect(
    task.securityGroupIds.length === 1 && task.securityGroupIds[0] === securityGroup,
    `It had the security groups ${task.securityGroupIds.join(", ") || "of nobody"}, not just ${securityGroup}.`,
  );
  expect(task.taskRoleArn === role, `It had task role ${task.taskRoleArn}, not ${role}.`);
  expect(
    task.executionRoleArn === system.execution_role_arn,
    `It had execution role ${task.executionRoleArn}, not ${system.execution_role_arn}.`,
  );
  for (const name of CREDENTIALS)
    expect(
      !task.overriddenVariables.includes(name),
      `${name} stands in clear in its RunTask overrides, where anyone who may describe tasks reads it.`,
    );
  const given = CREDENTIALS.find((name) => task.secrets[name] !== undefined);
  const source = given && task.secrets[given];
  expect(
    source === system.api_key_secret_arn,
    `${given ?? CREDENTIALS[0]} came from ${source ?? "nowhere"}, not from ${system.api_key_secret_arn ?? "nowhere"}.`,
  );
  return problems;
}

/** A pool that several workers serve has the job template of one of them; a process worker's runs are where it is. */
function whoseTemplate({ workers }: System, worker: SystemWorker): SystemWorker {
  if (worker.worker_type === "process") return worker;
  const owners = owningWorkers(workers, ({ work_pool }) => work_pool);
  return owners.find(({ work_pool }) => work_pool === worker.work_pool) ?? worker;
}

const detailsOf = (task: Task): Record<string, string | undefined> => {
  const eni = task.attachments?.find((attachment) => attachment.type === "ElasticNetworkInterface");
  return Object.fromEntries((eni?.details ?? []).map(({ name, value }) => [name, value]));
};

async function securityGroupsOf(aws: AwsClients, networkInterfaceId: string): Promise<string[]> {
  const { NetworkInterfaces } = await aws.ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [networkInterfaceId] }),
  );
  return (NetworkInterfaces?.[0]?.Groups ?? []).flatMap(({ GroupId }) => (GroupId ? [GroupId] : []));
}

const overriddenVariables = (task: Task): string[] =>
  (task.overrides?.containerOverrides ?? [])
    .flatMap((container) => container.environment ?? [])
    .flatMap(({ name }) => (name ? [name] : []));

const secretsOf = (definition: TaskDefinition | undefined): Record<string, string> =>
  Object.fromEntries(
    (definition?.containerDefinitions ?? [])
      .flatMap((container) => container.secrets ?? [])
      .map(({ name, valueFrom }) => [name, valueFrom]),
  );
