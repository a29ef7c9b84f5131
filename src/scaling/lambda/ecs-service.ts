import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  GetTaskProtectionCommand,
  ListTasksCommand,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
} from "@aws-sdk/client-ecs";
import type { EcsAnswers } from "../reading/observe.ts";
import { type TaskAnswer, taskId } from "../reading/service-tasks.ts";
import { Trouble } from "./trouble.ts";

/** How a worker is told to go, and by what it knows: docs/scaling.md. */
const DRAIN_MINUTES = 2880;
const TOLD_FROM_HOURS = 24;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html */
const PROTECTED_AT_ONCE = 10;
const DESCRIBED_AT_ONCE = 100;

export interface ServiceAddress {
  readonly cluster: string;
  readonly service: string;
}

/** A service and its tasks, with who was told to go. */
export async function readService(
  ecs: ECSClient,
  { cluster, service }: ServiceAddress,
  { protects, now }: { readonly protects: boolean; readonly now: number },
): Promise<EcsAnswers> {
  const [{ services }, { taskArns = [], nextToken }] = await Promise.all([
    ecs.send(new DescribeServicesCommand({ cluster, services: [service] })),
    ecs.send(new ListTasksCommand({ cluster, serviceName: service })),
  ]);
  const found = services?.find(({ status }) => status === "ACTIVE");
  if (found?.desiredCount === undefined || !found.taskDefinition)
    throw new Trouble(`ECS has no active service ${service} in ${cluster}`);
  const arns = nextToken
    ? [...taskArns, ...(await listFrom(ecs, { cluster, service }, nextToken))]
    : taskArns;
  const [tasks, draining] = await Promise.all([
    describe(ecs, cluster, arns),
    protects ? toldToGo(ecs, cluster, arns, now) : new Set<string>(),
  ]);
  return {
    desiredCount: found.desiredCount,
    taskDefinitionArn: found.taskDefinition,
    tasks,
    draining,
    askedAt: now,
  };
}

async function listFrom(
  ecs: ECSClient,
  { cluster, service }: ServiceAddress,
  from: string,
): Promise<string[]> {
  const { taskArns = [], nextToken } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName: service, nextToken: from }),
  );
  return nextToken ? [...taskArns, ...(await listFrom(ecs, { cluster, service }, nextToken))] : taskArns;
}

async function describe(ecs: ECSClient, cluster: string, arns: readonly string[]): Promise<TaskAnswer[]> {
  const pages = await Promise.all(
    chunks(arns, DESCRIBED_AT_ONCE).map((tasks) => ecs.send(new DescribeTasksCommand({ cluster, tasks }))),
  );
  return pages.flatMap(({ tasks = [] }) => tasks);
}

async function toldToGo(
  ecs: ECSClient,
  cluster: string,
  arns: readonly string[],
  now: number,
): Promise<Set<string>> {
  const pages = await Promise.all(
    chunks(arns, DESCRIBED_AT_ONCE).map((tasks) =>
      ecs.send(new GetTaskProtectionCommand({ cluster, tasks })),
    ),
  );
  const told = pages
    .flatMap(({ protectedTasks = [] }) => protectedTasks)
    .filter(({ expirationDate }) => (expirationDate?.getTime() ?? 0) / 1000 > now + TOLD_FROM_HOURS * 3600);
  return new Set(told.map(({ taskArn = "" }) => taskId(taskArn)));
}

/** Tells tasks to go. Those that ECS would not tell are returned: they were not told. */
export async function tellToGo(ecs: ECSClient, cluster: string, ids: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(
    chunks(ids, PROTECTED_AT_ONCE).map((tasks) =>
      ecs.send(
        new UpdateTaskProtectionCommand({
          cluster,
          tasks,
          protectionEnabled: true,
          expiresInMinutes: DRAIN_MINUTES,
        }),
      ),
    ),
  );
  return answers.flatMap(({ failures = [] }) => failures.map(({ arn = "" }) => taskId(arn)));
}

export const setDesired = (ecs: ECSClient, { cluster, service }: ServiceAddress, desiredCount: number) =>
  ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));

const chunks = (items: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
