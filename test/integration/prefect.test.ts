import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packagePath } from "#package";
import { createPrefectClient, type PrefectClient } from "#prefect/client.ts";
import { stockTemplate } from "#prefect/job-template.ts";
import { wire } from "#prefect/wiring.ts";
import { type PrefectServer, startPrefectServer } from "#rehearsal/prefect-server.ts";
import { silentReporter } from "#reporter";
import { serverEnvironment } from "../helpers/prefect-environments.ts";
import { desiredTemplate } from "../helpers/prefect-template.ts";

const versions = [2, 3] as const;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "prefect-fargate-prefect-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe.each(versions)("a Prefect %i server", (version) => {
  let server: PrefectServer;
  let client: PrefectClient;
  const start = async (name: string, more: { port?: number; cacheDir?: string } = {}) =>
    startPrefectServer({
      python: await serverEnvironment(version),
      version,
      dir: join(dir, `${name}-${version}`),
      reporter: silentReporter,
      ...more,
    });

  beforeAll(async () => {
    server = await start("server");
    client = createPrefectClient({ apiUrl: server.url, version });
  });
  afterAll(() => server?.stop());

  test("is the release that we pinned, with its page for people", async () => {
    expect(await client.serverVersion()).toBe(server.release);
    expect(server.release).toMatch(new RegExp(`^${version}\\.`));
    const page = await fetch(server.uiUrl, { headers: { accept: "text/html" } });
    expect(await page.text()).toContain("<html");
    const settings = await fetch(`${server.uiUrl}/ui-settings`).then((answer) => answer.json());
    expect(settings).toMatchObject({ api_url: server.url });
  });

  test("keeps a new pool paused until it is wired, and gives the wired template back as it was sent", async () => {
    const made = await client.createWorkPool({
      name: "wired",
      type: "ecs",
      baseJobTemplate: stockTemplate(version),
      paused: true,
      description: "Made by a test.",
    });
    expect(made).toMatchObject({ paused: true, status: "PAUSED", description: "Made by a test." });
    const { template } = wire(made.baseJobTemplate, desiredTemplate(version, { STAGE: "dev" }));
    await client.updateWorkPool("wired", { baseJobTemplate: template });
    await client.updateWorkPool("wired", { paused: false });
    const pool = await client.readWorkPool("wired");
    expect(pool).toMatchObject({ paused: false, status: "NOT_READY" });
    expect(pool!.baseJobTemplate).toEqual(template);
    expect(wire(pool!.baseJobTemplate, desiredTemplate(version, { STAGE: "dev" })).diff).toEqual([]);
    expect(await client.listWorkers("wired")).toEqual([]);
    expect(await client.listWorkQueues("wired")).toMatchObject([{ name: "default", paused: false }]);
  });

  test("sets and takes away a concurrency limit", async () => {
    await client.createWorkPool({ name: "limited", type: "ecs", baseJobTemplate: stockTemplate(version) });
    await client.updateWorkPool("limited", { concurrencyLimit: 3 });
    expect((await client.readWorkPool("limited"))!.concurrencyLimit).toBe(3);
    await client.updateWorkPool("limited", { concurrencyLimit: null });
    expect((await client.readWorkPool("limited"))!.concurrencyLimit).toBeUndefined();
  });

  test("takes a deployment with job variables, a run of it and its end", async () => {
    await client.createWorkPool({ name: "runs", type: "ecs", baseJobTemplate: stockTemplate(version) });
    const flow = await client.createFlow("tiny");
    const wanted = {
      name: "tiny",
      flowId: flow.id,
      workPool: "runs",
      entrypoint: "tiny.py:tiny",
      pullSteps: [{ "prefect.deployments.steps.set_working_directory": { directory: "/flows" } }],
      jobVariables: { env: { STAGE: "dev" }, cpu: 256 },
    };
    const deployment = await client.createDeployment(wanted);
    expect(deployment).toMatchObject({ workPool: "runs", jobVariables: wanted.jobVariables });
    expect((await client.createDeployment(wanted)).id).toBe(deployment.id);
    expect((await client.findDeployment("tiny/tiny"))!.id).toBe(deployment.id);
    expect(await client.findDeployment("tiny/none")).toBeUndefined();
    expect(await client.listDeployments("runs")).toHaveLength(1);

    const run = await client.createFlowRun(deployment.id, {
      parameters: { n: 1 },
      jobVariables: { memory: 512 },
    });
    expect(run).toMatchObject({
      state: { type: "SCHEDULED" },
      workPool: "runs",
      jobVariables: { memory: 512 },
    });
    const due = {
      workPool: "runs",
      stateTypes: ["SCHEDULED"],
      expectedBefore: new Date(Date.now() + 1_000),
    } as const;
    expect(await client.countFlowRuns(due)).toBe(1);
    expect(await client.countFlowRuns({ ...due, workPool: "limited" })).toBe(0);
    expect(await client.setFlowRunState(run.id, { type: "CANCELLED", message: "by a test" })).toBe(true);
    expect((await client.readFlowRun(run.id))!.state).toMatchObject({
      name: "Cancelled",
      message: "by a test",
    });
    expect(await client.listFlowRuns({ workPool: "runs", stateTypes: ["CANCELLED"] })).toMatchObject([
      { id: run.id },
    ]);
    expect(await client.readFlowRun(deployment.id)).toBeUndefined();
  });

  test("gives all of a run's logs, more than one page", async () => {
    await client.createWorkPool({ name: "logs", type: "ecs", baseJobTemplate: stockTemplate(version) });
    const { id: flowId } = await client.createFlow("talks");
    const { id } = await client.createDeployment({
      name: "d",
      flowId,
      workPool: "logs",
      entrypoint: "x.py:x",
    });
    const run = await client.createFlowRun(id, { scheduledTime: new Date(Date.now() + 3_600_000) });
    const began = Date.now();
    const line = (index: number) => ({
      name: "prefect.flow_runs",
      level: 20,
      message: `line ${index}`,
      timestamp: new Date(began + index).toISOString(),
      flow_run_id: run.id,
    });
    const body = JSON.stringify(Array.from({ length: 230 }, (_, index) => line(index)));
    const headers = { "content-type": "application/json" };
    await fetch(`${server.url}/logs/`, { method: "POST", headers, body });
    const logs = await client.flowRunLogs(run.id);
    expect(logs.map(({ message }) => message)).toEqual(
      Array.from({ length: 230 }, (_, index) => `line ${index}`),
    );
    expect(await client.flowRunLogs(run.id, { after: new Date(began + 228) })).toHaveLength(2);
  });

  test("is told from what answers without the /api", async () => {
    const apiUrl = server.uiUrl;
    const lost = createPrefectClient({ apiUrl, version, patience: { attempts: 1 } });
    await expect(lost.verifyAccess()).rejects.toMatchObject({
      code: "PREFECT_NOT_AN_API",
      hint: `The API of a Prefect server ends in /api: apiUrl: "${server.url}".`,
    });
    await expect(lost.readWorkPool("wired")).rejects.toMatchObject({ code: "PREFECT_NOT_AN_API" });
  });

  test("does not start on a port that is taken, and says which", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    await expect(start("refused", { port })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining(`Port ${port} of 127.0.0.1`),
    });
    other.close();
  });

  test("tells its end when somebody kills it, and keeps its data for the next start", async () => {
    const first = await start("killed");
    const before = createPrefectClient({ apiUrl: first.url, version });
    await before.createWorkPool({ name: "kept", type: "ecs", baseJobTemplate: stockTemplate(version) });
    process.kill(first.pid, "SIGKILL");
    expect(await first.exited).toMatchObject({ signal: "SIGKILL", wanted: false });
    const second = await start("killed", { port: first.port });
    expect(second.url).toBe(first.url);
    expect(await before.readWorkPool("kept")).toBeDefined();
    await second.stop();
    await second.stop();
    expect(await second.exited).toMatchObject({ wanted: true });
    expect(isAlive(second.pid)).toBe(false);
  });

  test("ends when the process that started it is killed", async () => {
    const { bin } = await serverEnvironment(version);
    const program = `
      import { startPrefectServer } from "#rehearsal/prefect-server.ts";
      import { silentReporter } from "#reporter";
      const options = ${JSON.stringify({ python: { bin }, version, dir: join(dir, `orphan-${version}`) })};
      const { pid } = await startPrefectServer({ ...options, reporter: silentReporter });
      console.log(pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: packagePath() });
    const [printed] = await once(parent.stdout!, "data");
    const pid = Number(String(printed));
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    for (let waited = 0; isAlive(pid) && waited < 8_000; waited += 100) await sleep(100);
    expect(isAlive(pid)).toBe(false);
  });
});

describe("a Prefect server that cannot start", () => {
  test("fails with the end of its log", async () => {
    const bin = join(dir, "broken-bin");
    await mkdir(bin);
    await writeFile(join(bin, "python"), "#!/bin/sh\necho no such module: prefect >&2\nexit 3\n");
    await chmod(join(bin, "python"), 0o755);
    const options = {
      python: { bin },
      version: 3 as const,
      dir: join(dir, "broken"),
      reporter: silentReporter,
    };
    await expect(startPrefectServer(options)).rejects.toMatchObject({
      code: "PREFECT_SERVER_FAILED",
      message: "The Prefect 3 server ended with code 3 before it was ready.",
      details: ["no such module: prefect"],
    });
    const missing = { ...options, python: { bin: join(dir, "nowhere") } };
    await expect(startPrefectServer(missing)).rejects.toMatchObject({ code: "PREFECT_SERVER_FAILED" });
  });

  test("throws a prepared database away that is broken", async () => {
    const cacheDir = join(dir, "cache");
    const python = await serverEnvironment(2);
    const start = (name: string) =>
      startPrefectServer({ python, version: 2, dir: join(dir, name), cacheDir, reporter: silentReporter });
    await mkdir(join(cacheDir, "prefect-databases"), { recursive: true });
    const cached = join(cacheDir, "prefect-databases", "prefect-2.20.26.db");
    await writeFile(cached, "not a database");
    await (await start("mended")).stop();
    expect(await readdir(join(cacheDir, "prefect-databases"))).toEqual(["prefect-2.20.26.db"]);
    const warm = await start("warm");
    await createPrefectClient({ apiUrl: warm.url, version: 2 }).verifyAccess();
    await warm.stop();
  });
});
