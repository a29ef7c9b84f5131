import { dirname, join } from "node:path";
import { StopTaskCommand, UpdateServiceCommand, UpdateTaskProtectionCommand } from "@aws-sdk/client-ecs";
import getPort from "get-port";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { stockTemplate } from "#prefect/job-template.ts";
import { type PrefectServer, startPrefectServer } from "#rehearsal/prefect-server.ts";
import { silentReporter } from "#reporter";
import { deployHeldFlow, type HeldFlow, type HeldRun } from "../helpers/held-flow.ts";
import { serverEnvironment } from "../helpers/prefect-environments.ts";
import { openStage, type Stage } from "../helpers/stage.ts";
import { createSupervisedService } from "../helpers/supervised-service.ts";

const POOL = "inside";
const SOON = { timeout: 150_000, interval: 200 };
/** The supervisor ends flows 15 s before this. */
const STOP_TIMEOUT_SECONDS = 18;

describe.each([2, 3] as const)("a supervised process worker of Prefect %i", (version) => {
  let stage: Stage;
  let service: Awaited<ReturnType<typeof createSupervisedService>>;
  let flow: HeldFlow;
  let server: PrefectServer | undefined;

  beforeAll(async () => {
    stage = await openStage({ version, config: "none", authorize: true });
    const { door, apiKey } = stage.cloud;
    await stage.prefect.createWorkPool({
      name: POOL,
      type: "process",
      baseJobTemplate: stockTemplate(version, "process"),
    });
    flow = await deployHeldFlow(stage.prefect, POOL, join(stage.dir, "flows"));
    service = await createSupervisedService(stage, "supervised", {
      workPool: POOL,
      slots: 2,
      stopTimeoutSeconds: STOP_TIMEOUT_SECONDS,
      environment: {
        ...door.env,
        PREFECT_API_URL: door.workspaceUrl,
        PREFECT_API_KEY: apiKey,
        PREFECT_WORKER_WEBSERVER_HOST: "127.0.0.1",
        PREFECT_WORKER_WEBSERVER_PORT: String(await getPort({ host: "127.0.0.1" })),
        PREFECT_WORKER_QUERY_SECONDS: "1",
        PREFECT_WORKER_HEARTBEAT_SECONDS: "3",
        // Its client would try each call for a minute before the worker hears of a failure.
        PREFECT_CLIENT_MAX_RETRIES: "2",
        DO_NOT_TRACK: "1",
      },
    });
  });
  afterEach(() => flow.letGoOfAll());
  afterAll(async () => {
    if (process.env.SHOW_OUTPUT) console.log(await service.output());
    await stage?.close();
    await server?.stop();
  });

  const only = async () => {
    const [task, ...others] = await service.tasks();
    expect(others).toEqual([]);
    return task!.taskArn!;
  };
  const idOf = (taskArn: string) => taskArn.split("/").at(-1)!;
  const rowOf = async (taskArn: string) =>
    (await stage.prefect.listWorkers(POOL)).find(({ name }) => name === `supervised-${idOf(taskArn)}`);
  const online = (taskArn: string) =>
    expect.poll(async () => (await rowOf(taskArn))?.status, SOON).toBe("ONLINE");
  const started = (run: HeldRun) => expect.poll(() => run.has("started"), SOON).toBe(true);
  const endsAs = (run: HeldRun, state: string) => expect.poll(() => run.state(), SOON).toBe(state);
  const stopped = (taskArn: string) =>
    expect.poll(async () => (await service.describe(taskArn))?.lastStatus, SOON).toBe("STOPPED");
  const exitCode = async (taskArn: string) => (await service.describe(taskArn))?.containers?.[0]?.exitCode;

  it("is protected before it is heard of, healthy, and named after its task", async () => {
    await expect.poll(async () => (await service.tasks()).length, SOON).toBe(1);
    const task = await only();
    await expect.poll(() => service.isProtected(task), SOON).toBe(true);
    expect(await rowOf(task)).toBeUndefined();
    await online(task);
    await expect.poll(async () => (await service.describe(task))?.healthStatus, SOON).toBe("HEALTHY");
  });

  it("keeps its run through an outage of Prefect, and takes work after it", async () => {
    const task = await only();
    const held = await flow.run();
    await started(held);
    const { port, logFile } = stage.server;
    await stage.server.stop();
    await expect
      .poll(async () => await service.output(), SOON)
      .toContain("Prefect does not answer get_and_submit_flow_runs");
    expect((await service.describe(task))?.healthStatus).toBe("HEALTHY");
    expect(await service.isProtected(task)).toBe(true);
    server = await startPrefectServer({
      python: await serverEnvironment(version),
      version,
      port,
      dir: dirname(logFile),
      reporter: silentReporter,
    });
    await held.letGo();
    await endsAs(held, "Completed");
    const after = await flow.run();
    await started(after);
    await after.letGo();
    await endsAs(after, "Completed");
    expect(await only()).toBe(task);
  });

  it("is drained by a deployment: it takes no more work, keeps its run, and ends by itself when empty", async () => {
    const old = await only();
    const held = await flow.run();
    await started(held);
    await stage.aws.ecs.send(
      new UpdateServiceCommand({ cluster: service.cluster, service: service.name, forceNewDeployment: true }),
    );
    await expect.poll(() => service.output(), SOON).toContain("a deployment has replaced its task");
    const next = await flow.run();
    await started(next);
    const pid = (await stage.prefect.readFlowRun(next.id))?.infrastructurePid;
    if (version === 2) expect(pid).not.toContain(idOf(old));
    expect(await service.isProtected(old)).toBe(true);
    expect((await service.describe(old))?.desiredStatus).toBe("RUNNING");
    expect(await service.rollout()).toBe("IN_PROGRESS");
    await held.letGo();
    await endsAs(held, "Completed");
    await stopped(old);
    expect(await exitCode(old)).toBe(0);
    await next.letGo();
    await endsAs(next, "Completed");
    await expect.poll(() => service.rollout(), SOON).toBe("COMPLETED");
  });

  it("is drained by the longest protection there is, as the scaler gives it", async () => {
    const task = await only();
    await online(task);
    const held = await flow.run();
    await started(held);
    await stage.aws.ecs.send(
      new UpdateServiceCommand({ cluster: service.cluster, service: service.name, desiredCount: 0 }),
    );
    await stage.aws.ecs.send(
      new UpdateTaskProtectionCommand({
        cluster: service.cluster,
        tasks: [task],
        protectionEnabled: true,
        expiresInMinutes: 2880,
      }),
    );
    await expect.poll(() => service.output(), SOON).toContain("the scaler does not need it");
    const refused = await flow.run();
    // Heartbeats go on while it drains.
    const beat = (await rowOf(task))!.lastHeartbeat!;
    await expect.poll(async () => (await rowOf(task))!.lastHeartbeat! > beat, SOON).toBe(true);
    expect(await refused.has("started")).toBe(false);
    expect((await service.describe(task))?.desiredStatus).toBe("RUNNING");
    await held.letGo();
    await stopped(task);
    expect(await exitCode(task)).toBe(0);
    await endsAs(held, "Completed");
    expect(await refused.has("started")).toBe(false);
    await refused.letGo();
  });

  it("ends its runs before ECS kills them, so that Prefect hears of it", async () => {
    await stage.aws.ecs.send(
      new UpdateServiceCommand({ cluster: service.cluster, service: service.name, desiredCount: 1 }),
    );
    await expect.poll(async () => (await service.tasks()).length, SOON).toBe(1);
    const task = await only();
    await online(task);
    const held = await flow.run();
    await started(held);
    await stage.aws.ecs.send(new StopTaskCommand({ cluster: service.cluster, task, reason: "a test" }));
    await endsAs(held, "Crashed");
    await stopped(task);
    expect(await exitCode(task)).not.toBe(137);
  });
});
