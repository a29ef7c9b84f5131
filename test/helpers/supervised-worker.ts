import { StopTaskCommand, UpdateServiceCommand, UpdateTaskProtectionCommand } from "@aws-sdk/client-ecs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { HeldRun } from "./held-flow.ts";
import { openSupervisedStage } from "./supervised-stage.ts";

const SOON = { timeout: 150_000, interval: 200 };
/** The supervisor ends flows 15 s before this. */
const STOP_TIMEOUT_SECONDS = 18;

/** What a supervised process worker is held to, with a real Prefect server and worker of that major version. */
export const describeSupervisedWorker = (version: 2 | 3) =>
  describe(`a supervised process worker of Prefect ${version}`, () => {
    let here: Awaited<ReturnType<typeof openSupervisedStage>>;

    beforeAll(async () => {
      here = await openSupervisedStage({
        version,
        stopTimeoutSeconds: STOP_TIMEOUT_SECONDS,
        settings: {
          PREFECT_WORKER_QUERY_SECONDS: "1",
          PREFECT_WORKER_HEARTBEAT_SECONDS: "3",
          // Its client would try each call for a minute before the worker hears of a failure.
          PREFECT_CLIENT_MAX_RETRIES: "2",
        },
      });
    });
    afterEach(() => here?.flow.letGoOfAll());
    afterAll(() => here?.close());

    const only = async () => {
      const [task, ...others] = await here.service.tasks();
      expect(others).toEqual([]);
      return task!.taskArn!;
    };
    const idOf = (taskArn: string) => taskArn.split("/").at(-1)!;
    const online = (taskArn: string) =>
      expect.poll(async () => (await here.rowOf(taskArn))?.status, SOON).toBe("ONLINE");
    const started = (run: HeldRun) => expect.poll(() => run.has("started"), SOON).toBe(true);
    const endsAs = (run: HeldRun, state: string) => expect.poll(() => run.state(), SOON).toBe(state);
    const stopped = (taskArn: string) =>
      expect.poll(async () => (await here.service.describe(taskArn))?.lastStatus, SOON).toBe("STOPPED");
    const exitCode = async (taskArn: string) =>
      (await here.service.describe(taskArn))?.containers?.[0]?.exitCode;

    it("is protected before it is heard of, healthy, and named after its task", async () => {
      await expect.poll(async () => (await here.service.tasks()).length, SOON).toBe(1);
      const task = await only();
      await expect.poll(() => here.service.isProtected(task), SOON).toBe(true);
      expect(await here.rowOf(task)).toBeUndefined();
      await online(task);
      await expect.poll(async () => (await here.service.describe(task))?.healthStatus, SOON).toBe("HEALTHY");
    });

    it("keeps its run through an outage of Prefect, and takes work after it", async () => {
      const task = await only();
      const held = await here.flow.run();
      await started(held);
      await here.stopPrefect();
      await expect
        .poll(() => here.service.output(), SOON)
        .toContain("Prefect does not answer get_and_submit_flow_runs");
      expect((await here.service.describe(task))?.healthStatus).toBe("HEALTHY");
      expect(await here.service.isProtected(task)).toBe(true);
      await here.startPrefectAgain();
      await held.letGo();
      await endsAs(held, "Completed");
      const after = await here.flow.run();
      await started(after);
      await after.letGo();
      await endsAs(after, "Completed");
      expect(await only()).toBe(task);
    });

    it("is drained by a deployment: it takes no more work, keeps its run, and ends by itself when empty", async () => {
      const old = await only();
      const held = await here.flow.run();
      await started(held);
      await here.stage.aws.ecs.send(
        new UpdateServiceCommand({
          cluster: here.service.cluster,
          service: here.service.name,
          forceNewDeployment: true,
        }),
      );
      await expect.poll(() => here.service.output(), SOON).toContain("a deployment has replaced its task");
      const next = await here.flow.run();
      await started(next);
      const pid = (await here.stage.prefect.readFlowRun(next.id))?.infrastructurePid;
      if (version === 2) expect(pid).not.toContain(idOf(old));
      expect(await here.service.isProtected(old)).toBe(true);
      expect((await here.service.describe(old))?.desiredStatus).toBe("RUNNING");
      expect(await here.service.rollout()).toBe("IN_PROGRESS");
      await held.letGo();
      await endsAs(held, "Completed");
      await stopped(old);
      expect(await exitCode(old)).toBe(0);
      await next.letGo();
      await endsAs(next, "Completed");
      await expect.poll(() => here.service.rollout(), SOON).toBe("COMPLETED");
    });

    it("is drained by the longest protection there is, as the scaler gives it", async () => {
      const task = await only();
      await online(task);
      const held = await here.flow.run();
      await started(held);
      await here.stage.aws.ecs.send(
        new UpdateServiceCommand({
          cluster: here.service.cluster,
          service: here.service.name,
          desiredCount: 0,
        }),
      );
      await here.stage.aws.ecs.send(
        new UpdateTaskProtectionCommand({
          cluster: here.service.cluster,
          tasks: [task],
          protectionEnabled: true,
          expiresInMinutes: 2880,
        }),
      );
      await expect.poll(() => here.service.output(), SOON).toContain("the scaler does not need it");
      const refused = await here.flow.run();
      // Heartbeats go on while it drains.
      const beat = (await here.rowOf(task))!.lastHeartbeat!;
      await expect.poll(async () => (await here.rowOf(task))!.lastHeartbeat! > beat, SOON).toBe(true);
      expect(await refused.has("started")).toBe(false);
      expect((await here.service.describe(task))?.desiredStatus).toBe("RUNNING");
      await held.letGo();
      await stopped(task);
      expect(await exitCode(task)).toBe(0);
      await endsAs(held, "Completed");
      expect(await refused.has("started")).toBe(false);
      await refused.letGo();
    });

    it("ends its runs before ECS kills them, so that Prefect hears of it", async () => {
      await here.stage.aws.ecs.send(
        new UpdateServiceCommand({
          cluster: here.service.cluster,
          service: here.service.name,
          desiredCount: 1,
        }),
      );
      await expect.poll(async () => (await here.service.tasks()).length, SOON).toBe(1);
      const task = await only();
      await online(task);
      const held = await here.flow.run();
      await started(held);
      await here.stage.aws.ecs.send(
        new StopTaskCommand({ cluster: here.service.cluster, task, reason: "a test" }),
      );
      await endsAs(held, "Crashed");
      await stopped(task);
      expect(await exitCode(task)).not.toBe(137);
    });
  });
