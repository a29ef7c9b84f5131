import { DescribeNetworkInterfacesCommand } from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RunTaskCommand,
  type Service,
  StopTaskCommand,
  type Task,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEmulator, type TestEmulator } from "../helpers/emulator.ts";
import { type HandAgent, handAgent } from "../helpers/hand-agent.ts";
import { createService, defaultNetwork, registerTask } from "../helpers/small-task.ts";

let emulator: TestEmulator;
let agent: HandAgent;
let cluster: string;
let names = 0;

beforeAll(async () => {
  emulator = await openEmulator();
});

afterAll(() => emulator.close());

beforeEach(async () => {
  cluster = `cluster-${++names}`;
  await emulator.clients.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  agent = handAgent(emulator, cluster);
});

async function run(taskDefinition: string): Promise<Task> {
  const { tasks } = await emulator.clients.ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition,
      launchType: "FARGATE",
      networkConfiguration: await defaultNetwork(emulator),
    }),
  );
  return tasks![0]!;
}

async function describeTask(arn: string): Promise<Task> {
  const { tasks } = await emulator.clients.ecs.send(
    new DescribeTasksCommand({ cluster, tasks: [arn], include: ["TAGS"] }),
  );
  return tasks![0]!;
}

async function describeService(name: string): Promise<Service> {
  const { services } = await emulator.clients.ecs.send(
    new DescribeServicesCommand({ cluster, services: [name] }),
  );
  return services![0]!;
}

const primary = (service: Service) => service.deployments!.find(({ status }) => status === "PRIMARY")!;

describe("a task of its own", () => {
  it("waits for the agent, runs, and ends with the exit code that the agent reports", async () => {
    const task = await run(await registerTask(emulator, "alone"));
    expect(task.lastStatus).toBe("PROVISIONING");
    expect(task.attachments?.[0]?.details?.map(({ name }) => name)).toContain("privateIPv4Address");

    await agent.sees(task.taskArn!, (seen) => seen.lastStatus === "PENDING");
    await agent.report(task.taskArn!, "ACTIVATING");
    await agent.report(task.taskArn!, "RUNNING");
    expect((await describeTask(task.taskArn!)).startedAt).toBeInstanceOf(Date);

    await agent.exit(task.taskArn!, 7);
    const ended = await describeTask(task.taskArn!);
    expect(ended).toMatchObject({
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "app", exitCode: 7, lastStatus: "STOPPED" }],
    });
  });

  it("has a network interface in its subnet for as long as it lives", async () => {
    const task = await run(await registerTask(emulator, "with-interface"));
    const id = task.attachments![0]!.details!.find(({ name }) => name === "networkInterfaceId")!.value!;
    const find = async () =>
      (await emulator.clients.ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces!.find(
        ({ NetworkInterfaceId }) => NetworkInterfaceId === id,
      );
    expect(await find()).toMatchObject({
      SubnetId: (await defaultNetwork(emulator)).awsvpcConfiguration.subnets[0],
      Groups: [{ GroupName: "default" }],
    });
    await agent.exit(task.taskArn!, 0);
    expect(await find()).toBeUndefined();
  });

  it("is stopped by the agent when StopTask asks for it, and keeps the words of whoever asked", async () => {
    const task = await run(await registerTask(emulator, "stopped"));
    await agent.report(task.taskArn!, "ACTIVATING");
    await agent.report(task.taskArn!, "RUNNING");
    await emulator.clients.ecs.send(
      new StopTaskCommand({ cluster, task: task.taskArn!, reason: "not needed" }),
    );
    await agent.sees(
      task.taskArn!,
      (seen) => seen.lastStatus === "RUNNING" && seen.desiredStatus === "STOPPED",
    );
    await agent.exit(task.taskArn!, 143);
    expect(await describeTask(task.taskArn!)).toMatchObject({
      stopCode: "UserInitiated",
      stoppedReason: "not needed",
      containers: [{ exitCode: 143 }],
    });
  });

  it("is over at once when it is stopped before an agent has taken it on", async () => {
    const task = await run(await registerTask(emulator, "never-started"));
    await emulator.clients.ecs.send(new StopTaskCommand({ cluster, task: task.taskArn! }));
    expect((await describeTask(task.taskArn!)).lastStatus).toBe("STOPPED");
    expect(await agent.report(task.taskArn!, "RUNNING")).toMatchObject({
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
    });
  });

  it("is refused where AWS refuses it", async () => {
    const taskDefinition = await registerTask(emulator, "refused");
    const { ecs } = emulator.clients;
    const asked = { cluster, taskDefinition, launchType: "FARGATE" as const };
    await expect(ecs.send(new RunTaskCommand(asked))).rejects.toThrow(
      /Network Configuration must be provided/,
    );
    await expect(ecs.send(new RunTaskCommand({ ...asked, cluster: "nowhere" }))).rejects.toThrow(
      "Cluster not found",
    );
    await expect(ecs.send(new RunTaskCommand({ ...asked, taskDefinition: "nothing" }))).rejects.toThrow(
      /TaskDefinition not found/,
    );
    const elsewhere = { awsvpcConfiguration: { subnets: ["subnet-0123456789abcdef0"] } };
    await expect(ecs.send(new RunTaskCommand({ ...asked, networkConfiguration: elsewhere }))).rejects.toThrow(
      /subnet-0123456789abcdef0.*does not exist/,
    );
  });

  it("of a family is of its latest active revision, and is refused where none is active", async () => {
    const { ecs } = emulator.clients;
    const [first, second] = [
      await registerTask(emulator, "family-of-two"),
      await registerTask(emulator, "family-of-two"),
    ];
    const lookup = () => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "family-of-two" }));
    expect((await lookup()).taskDefinition!.taskDefinitionArn).toBe(second);
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: second }));
    expect((await lookup()).taskDefinition!.taskDefinitionArn).toBe(first);
    expect((await run("family-of-two")).taskDefinitionArn).toBe(first);
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: first }));
    await expect(lookup()).rejects.toThrow("Unable to describe task definition");
  });

  it("is started once for one client token", async () => {
    const taskDefinition = await registerTask(emulator, "idempotent");
    const networkConfiguration = await defaultNetwork(emulator);
    const command = () =>
      new RunTaskCommand({
        cluster,
        taskDefinition,
        launchType: "FARGATE",
        networkConfiguration,
        clientToken: "once",
      });
    const [first, second] = [
      await emulator.clients.ecs.send(command()),
      await emulator.clients.ecs.send(command()),
    ];
    expect(second.tasks![0]!.taskArn).toBe(first.tasks![0]!.taskArn);
  });
});

describe("a service", () => {
  it("replaces a task that died, and says so", async () => {
    await createService(emulator, cluster, await registerTask(emulator, "replaced"), {
      minimumHealthyPercent: 0,
      maximumPercent: 100,
    });
    const first = await agent.next();
    await agent.start(first);
    await agent.settles(
      () => describeService("worker"),
      (service) => primary(service).rolloutState === "COMPLETED",
    );
    await agent.exit(first, 1);
    const second = await agent.next([first]);
    await agent.start(second);
    const service = await describeService("worker");
    expect(service).toMatchObject({ desiredCount: 1, runningCount: 1 });
    expect(service.events!.map(({ message }) => message).join("\n")).toMatch(
      /has started 1 tasks[\s\S]*reached a steady state/,
    );
  });

  it("with 0/100 stops the old task before it starts the new one", async () => {
    await createService(emulator, cluster, await registerTask(emulator, "one-at-a-time"), {
      minimumHealthyPercent: 0,
      maximumPercent: 100,
    });
    const old = await agent.next();
    await agent.start(old);
    await agent.settles(
      () => describeService("worker"),
      (service) => primary(service).rolloutState === "COMPLETED",
    );
    const renewed = await registerTask(emulator, "one-at-a-time");
    await emulator.clients.ecs.send(
      new UpdateServiceCommand({ cluster, service: "worker", taskDefinition: renewed }),
    );
    await agent.sees(old, (task) => task.desiredStatus === "STOPPED");
    const { taskArns } = await emulator.clients.ecs.send(
      new ListTasksCommand({ cluster, desiredStatus: "RUNNING" }),
    );
    expect(taskArns).toEqual([]);
    expect((await describeTask(old)).stoppedReason).toMatch(
      /^Scaling activity initiated by \(deployment ecs-svc\//,
    );
    await agent.exit(old, 0);
    const young = await agent.next([old]);
    await agent.start(young);
    const service = await agent.settles(
      () => describeService("worker"),
      (seen) => primary(seen).rolloutState === "COMPLETED" && seen.deployments!.length === 1,
    );
    expect(service.taskDefinition).toBe(renewed);
    expect((await describeTask(young)).taskDefinitionArn).toBe(renewed);
  });

  it("with 100/200 keeps the old task until the new one is healthy", async () => {
    await createService(
      emulator,
      cluster,
      await registerTask(emulator, "overlapping", { healthCheck: true }),
      {
        minimumHealthyPercent: 100,
        maximumPercent: 200,
      },
    );
    const old = await agent.next();
    await agent.start(old, "HEALTHY");
    await agent.settles(
      () => describeService("worker"),
      (service) => primary(service).rolloutState === "COMPLETED",
    );
    await emulator.clients.ecs.send(
      new UpdateServiceCommand({ cluster, service: "worker", forceNewDeployment: true }),
    );
    const young = await agent.next([old]);
    await agent.start(young);
    expect(await describeTask(old)).toMatchObject({ desiredStatus: "RUNNING" });
    expect(primary(await describeService("worker")).rolloutState).toBe("IN_PROGRESS");
    await agent.report(young, undefined, { healthStatus: "HEALTHY" });
    await agent.sees(old, (task) => task.desiredStatus === "STOPPED");
    await agent.exit(old, 0);
    await agent.settles(
      () => describeService("worker"),
      (service) => primary(service).rolloutState === "COMPLETED",
    );
  });

  it("stops a task whose health check fails and starts another", async () => {
    await createService(emulator, cluster, await registerTask(emulator, "unhealthy", { healthCheck: true }), {
      minimumHealthyPercent: 0,
      maximumPercent: 100,
    });
    const sick = await agent.next();
    await agent.start(sick, "UNHEALTHY");
    await agent.sees(sick, (task) => task.desiredStatus === "STOPPED");
    await agent.exit(sick, 137);
    expect(await describeTask(sick)).toMatchObject({
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: "Task failed container health checks",
      healthStatus: "UNHEALTHY",
    });
    await agent.next([sick]);
  });

  it("goes back to the last good revision after three failed tasks in a row", async () => {
    const good = await registerTask(emulator, "rolled-back", { healthCheck: true });
    const percents = {
      minimumHealthyPercent: 0,
      maximumPercent: 100,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    };
    await createService(emulator, cluster, good, percents);
    const first = await agent.next();
    await agent.start(first, "HEALTHY");
    const before = await agent.settles(
      () => describeService("worker"),
      (service) => primary(service).rolloutState === "COMPLETED",
    );
    const bad = await registerTask(emulator, "rolled-back", { healthCheck: true });
    await emulator.clients.ecs.send(
      new UpdateServiceCommand({ cluster, service: "worker", taskDefinition: bad }),
    );
    await agent.sees(first, (task) => task.desiredStatus === "STOPPED");
    await agent.exit(first, 0);
    const seen = [first];
    for (let failure = 1; failure <= 3; failure++) {
      const task = await agent.next(seen);
      expect((await describeTask(task)).taskDefinitionArn).toBe(bad);
      seen.push(task);
      await agent.start(task);
      await agent.exit(task, 1);
    }
    const again = await agent.next(seen);
    expect((await describeTask(again)).taskDefinitionArn).toBe(good);
    const during = await describeService("worker");
    expect(during.deployments!.find(({ taskDefinition }) => taskDefinition === bad)).toMatchObject({
      rolloutState: "FAILED",
      failedTasks: 3,
      rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
    });
    await agent.start(again, "HEALTHY");
    const after = await agent.settles(
      () => describeService("worker"),
      (service) => primary(service).rolloutState === "COMPLETED",
    );
    expect(primary(after)).toMatchObject({ id: primary(before).id, taskDefinition: good });
    expect(after.taskDefinition).toBe(good);
    expect(after.deployments).toHaveLength(1);
  });

  it("leaves a protected task alone when it scales in and when it deploys", async () => {
    await createService(emulator, cluster, await registerTask(emulator, "protected"), {
      minimumHealthyPercent: 0,
      maximumPercent: 200,
    });
    const busy = await agent.next();
    await agent.start(busy);
    await emulator.clients.ecs.send(
      new UpdateTaskProtectionCommand({
        cluster,
        tasks: [busy],
        protectionEnabled: true,
        expiresInMinutes: 5,
      }),
    );
    await emulator.clients.ecs.send(
      new UpdateServiceCommand({ cluster, service: "worker", forceNewDeployment: true }),
    );
    const young = await agent.next([busy]);
    await agent.start(young);
    await emulator.clients.ecs.send(
      new UpdateServiceCommand({ cluster, service: "worker", desiredCount: 0 }),
    );
    await agent.sees(young, (task) => task.desiredStatus === "STOPPED");
    expect(await describeTask(busy)).toMatchObject({ desiredStatus: "RUNNING", lastStatus: "RUNNING" });
    await emulator.clients.ecs.send(
      new UpdateTaskProtectionCommand({ cluster, tasks: [busy], protectionEnabled: false }),
    );
    await agent.sees(busy, (task) => task.desiredStatus === "STOPPED");
  });
});
