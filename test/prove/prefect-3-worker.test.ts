import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { awaitOnline } from "#actions/await-online.ts";
import { WorkerNotOnline } from "#actions/diagnosis/worker-not-online.ts";
import { type Sabotage, sabotage, setVariable } from "../helpers/sabotage.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

/** What only Prefect 3 does. */
let stage: Stage;
let system: Sabotage;
beforeAll(async () => {
  stage = await openStage({ version: 3, existingCluster: true });
  await stage.must(["deploy", "--yes"]);
  system = await sabotage(stage);
});
afterAll(async () => {
  system?.close();
  await stage?.close();
});

describe("run", () => {
  test("of a flow that Prefect cannot call crashes, is a status of its own, and no cause is made up", async () => {
    await stage.must(["run"]);
    const { stdout, status } = await stage.cli([
      "run",
      "canary/prefect-fargate",
      "--param",
      "greting=3",
      "--json",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      state: { type: "CRASHED", message: expect.stringContaining("exited with status code: 1") },
      explanation: null,
      misplaced: [],
    });
    expect(status).toBe(4);
  });
});

describe("the gate for a Prefect 3 worker, which never ends for want of its API and stays HEALTHY,", () => {
  const gate = (meant: Sabotage["system"]) =>
    awaitOnline("dev-worker", meant, system, { update: () => {} }, { heartbeatTimeoutSeconds: 2 }).catch(
      (refusal: unknown) => refusal,
    );

  test("tells a wrong address from the worker's own words", async () => {
    const meant = await system.redefine((_definition, container) =>
      setVariable(container, "PREFECT_API_URL", "http://127.0.0.1:1/api"),
    );
    // ECS calls the task healthy long before the worker says anything.
    await system.diagnosed(meant);
    const error = (await gate(meant)) as WorkerNotOnline;
    expect(error).toBeInstanceOf(WorkerNotOnline);
    expect(error.message).toMatch(
      /the worker is told PREFECT_API_URL=http:\/\/127\.0\.0\.1:1\/api, where nobody answers; the API is at http:/,
    );
    expect(error.details.join("\n")).toMatch(/Unable to reach the Prefect API while starting up/);
    const { stdout } = await stage.cli(["status", "--json"]);
    expect(JSON.parse(stdout).workers[0].service.tasks[0]).toMatchObject({
      status: "RUNNING",
      health: "HEALTHY",
    });
  });

  test("tells an API that is down", async () => {
    await stage.cloud.door.stop();
    const error = (await gate(await system.restart())) as WorkerNotOnline;
    expect(error).toBeInstanceOf(WorkerNotOnline);
    expect(error.diagnosis.main).toMatchObject({ cause: "api-down", certainty: "certain" });
    expect(error.message).toContain("does not answer");
  });
});
