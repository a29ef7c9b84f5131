import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  GetTaskProtectionCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
} from "@aws-sdk/client-ecs";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { look, type Remembered } from "#scaling/lambda/look.ts";
import { report } from "#scaling/lambda/report.ts";
import type { ScaledWorker } from "#scaling/lambda/scaler-task.ts";
import { Trouble } from "#scaling/lambda/trouble.ts";
import type { FlowRunAnswer } from "#scaling/reading/prefect-answers.ts";
import type { PrefectRequest } from "#scaling/reading/request-plan.ts";
import { openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { obligingAgent } from "../helpers/hand-agent.ts";
import { shippedScaler } from "../helpers/shipped-scaler.ts";

const CLUSTER = "looked-at";
const HOUR_SECONDS = 3600;
const QUEUE: ScaledWorker = {
  type: "process",
  workPool: "pool",
  mode: "queue",
  minTasks: 0,
  maxTasks: 5,
  slots: 4,
  coldStartSeconds: 58,
};

let emulator: TestEmulator;
let agent: ReturnType<typeof obligingAgent>;
let service: string;
let made = 0;

beforeAll(async () => {
  emulator = await openEmulator();
  agent = obligingAgent(emulator);
  const { ecs } = emulator.clients;
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "worker",
      containerDefinitions: [{ name: "app", image: "team/flows:1", essential: true }],
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
    }),
  );
});
afterAll(async () => {
  await agent?.stop();
  await emulator?.close();
});

beforeEach(async () => {
  made += 1;
  service = `worker-${made}`;
});

/** A service whose tasks run, and have protected themselves as workers do. */
async function running(count: number): Promise<string[]> {
  const { ecs, ec2 } = emulator.clients;
  const { DescribeSubnetsCommand } = await import("@aws-sdk/client-ec2");
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  await ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: service,
      taskDefinition: "worker",
      desiredCount: count,
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: [Subnets![0]!.SubnetId!] } },
    }),
  );
  await expect.poll(async () => (await state()).running, { timeout: 30_000 }).toBe(count);
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: CLUSTER, serviceName: service }));
  if (count > 0)
    await ecs.send(
      new UpdateTaskProtectionCommand({ cluster: CLUSTER, tasks: taskArns, protectionEnabled: true }),
    );
  return taskArns.map((arn) => arn.split("/").at(-1)!);
}

async function state(): Promise<{ desired: number; running: number }> {
  const { services } = await emulator.clients.ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: [service] }),
  );
  return { desired: services![0]!.desiredCount!, running: services![0]!.runningCount! };
}

interface Work {
  readonly running?: readonly FlowRunAnswer[];
  readonly waiting?: readonly FlowRunAnswer[];
}

/** Prefect's answers, as the pool has them; see the recordings for real ones. */
const prefect =
  ({ running: taken = [], waiting = [] }: Work = {}) =>
  async ({ path, body = {} }: PrefectRequest): Promise<unknown> => {
    if (path.endsWith("/count")) return 0;
    if (path.endsWith("/queues/filter")) return [];
    if (path.startsWith("/work_pools/")) return { name: "pool", type: "process" };
    const types = (body as { flow_runs: { state: { type: { any_: string[] } } } }).flow_runs.state.type.any_;
    return types.includes("RUNNING") ? taken : types.includes("SCHEDULED") ? waiting : [];
  };

const due = (at: number, count: number): FlowRunAnswer[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `run-${index}`,
    state_type: "SCHEDULED",
    expected_start_time: new Date(at * 1000).toISOString(),
  }));

const inTask = (id: string): FlowRunAnswer => ({
  id: `in ${id}`,
  state_type: "RUNNING",
  start_time: new Date(Date.now() - 10_000).toISOString(),
  labels: { "prefect.worker.name": `worker-${id}` },
});

const lookAt = (
  ask: ReturnType<typeof prefect>,
  before: Remembered = { durations: {} },
  worker: ScaledWorker = QUEUE,
  now = Date.now() / 1000,
) => look({ cluster: CLUSTER, service }, worker, { ecs: emulator.clients.ecs, ask, now: () => now }, before);

/** A need that has been low for long enough. */
const settled = (): Remembered => {
  const now = Date.now() / 1000;
  const needs = [40, 30, 20, 10].map((ago) => ({ at: now - ago, workers: 0 }));
  return { durations: {}, memory: { since: now - 40, needs } };
};

async function protectedFor(id: string): Promise<number> {
  const { protectedTasks } = await emulator.clients.ecs.send(
    new GetTaskProtectionCommand({ cluster: CLUSTER, tasks: [id] }),
  );
  return (protectedTasks![0]!.expirationDate!.getTime() - Date.now()) / 1000;
}

it("has as many tasks made as the runs that are due need, and twice the same look changes nothing", async () => {
  await running(0);
  const waiting = due(Date.now() / 1000 + 30, 10);
  const looks = await Promise.all([lookAt(prefect({ waiting })), lookAt(prefect({ waiting }))]);
  expect(looks.map(({ decision }) => decision.desired)).toEqual([3, 3]);
  await expect.poll(state, { timeout: 30_000 }).toEqual({ desired: 3, running: 3 });
  const line = JSON.parse(report({ cluster: CLUSTER, service }, looks[0]!));
  expect(line).toMatchObject({
    Worker: service,
    Backlog: 0,
    Coming: 10,
    Desired: 3,
    Running: 0,
    held: false,
  });
  expect(line.reason).toMatch(/^Grows from 0 to 3, because 10 slots will be needed/);
  expect(line._aws.CloudWatchMetrics[0].Metrics).toHaveLength(7);
});

it("tells empty workers to go by their protection, and never the busy one", async () => {
  const [busy, ...empty] = await running(3);
  const { decision, undone } = await lookAt(prefect({ running: [inTask(busy!)] }), settled());
  expect([...decision.drain].sort()).toEqual([...empty].sort());
  expect(undone).toEqual([]);
  expect(await protectedFor(busy!)).toBeLessThan(3 * HOUR_SECONDS);
  for (const id of empty) expect(await protectedFor(id)).toBeGreaterThan(47 * HOUR_SECONDS);
  // Fewer are wanted, and all still run: each is protected until it goes by itself.
  expect(await state()).toEqual({ desired: 1, running: 3 });
  const again = await lookAt(prefect({ running: [inTask(busy!)] }), settled());
  expect(again.decision.drain).toEqual([]);
});

it("leaves the number to others where they say it, and still lets go what is too much", async () => {
  const all = await running(2);
  await emulator.clients.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, desiredCount: 1 }));
  const keep = { ...QUEUE, mode: "keep" } as const;
  const { decision } = await lookAt(prefect(), settled(), keep);
  expect(decision.drain).toHaveLength(1);
  expect(all).toContain(decision.drain[0]);
  expect((await state()).desired).toBe(1);
  await lookAt(prefect({ waiting: due(Date.now() / 1000, 50) }), settled(), keep);
  expect((await state()).desired).toBe(1);
});

it("changes nothing when Prefect does not answer, however little is left to do", async () => {
  await running(2);
  const failing = async (): Promise<unknown> => {
    throw new Trouble("Prefect answered 503");
  };
  const { decision } = await lookAt(failing, { ...settled(), desired: 2 });
  expect(decision).toMatchObject({
    held: true,
    drain: [],
    reason: "Stays at 2, because Prefect answered 503.",
  });
  expect(await state()).toEqual({ desired: 2, running: 2 });
});

it("is what the module ships, and what the emulated Lambda runs", async () => {
  await running(2);
  const { ARN } = await emulator.clients.secrets.send(
    new CreateSecretCommand({ Name: "key-of-the-function", SecretString: "key" }),
  );
  // Nobody listens at this address: the function can only hold, and say why.
  const scaler = await shippedScaler(emulator, emulator.clients.logs);
  const look = () =>
    scaler.look({
      prefectApiUrl: "http://127.0.0.1:9/api",
      apiKeySecretArn: ARN!,
      authStringSecretArn: null,
      caCertificates: null,
      cluster: CLUSTER,
      workers: { [service]: QUEUE },
    });
  await expect.poll(look, { timeout: 60_000 }).toMatch(/Stays at 2, because Prefect did not answer \(.+\)/);
  expect(await state()).toEqual({ desired: 2, running: 2 });
});
