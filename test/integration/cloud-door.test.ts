import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPrefectClient, type PrefectClient, type PrefectWorker } from "#prefect/client.ts";
import { awaitFlowRun } from "#prefect/follow-flow-run.ts";
import { workerPresence } from "#prefect/worker-presence.ts";
import { type CloudDoor, startCloudDoor } from "#rehearsal/cloud-door.ts";
import { type PrefectServer, startPrefectServer } from "#rehearsal/prefect-server.ts";
import { silentReporter } from "#reporter";
import { serverEnvironment } from "../helpers/prefect-environments.ts";
import { type RunningWorker, startWorker } from "../helpers/prefect-worker.ts";

const accountId = "9b649228-0419-40e1-9e0d-44954b5c0ab6";
const workspaceId = "96bd3cf8-85c9-4545-9713-b4e3c3e03466";
const stranger = "11111111-2222-4333-8444-555555555555";
const apiKey = "pnu_canary_0123456789abcdef";
const WAIT_MS = 60_000;

const FLOW = `
from prefect import flow

@flow(log_prints=True)
def tiny(n: int):
    print(f"hello through the door, {n}")
    return n * 2
`;

/** The worker is one of type `process`: what it says to Prefect is the same, and it needs no AWS. */
describe.each([2, 3] as const)("Prefect %i behind the front door of Prefect Cloud", (version) => {
  let dir: string;
  let server: PrefectServer;
  let door: CloudDoor;
  let client: PrefectClient;
  let worker: RunningWorker;
  const started = new Date();
  const clientOf = (apiUrl: string, key = apiKey) => createPrefectClient({ apiUrl, apiKey: key, version });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "prefect-fargate-door-"));
    await writeFile(join(dir, "tiny.py"), FLOW);
    await mkdir(join(dir, "worker"));
    const python = await serverEnvironment(version);
    const starting = startPrefectServer({
      python,
      version,
      dir: join(dir, "server"),
      reporter: silentReporter,
    });
    const target = starting.then(({ uiUrl }) => uiUrl);
    door = await startCloudDoor({ target, version, accountId, workspaceId, apiKey });
    client = clientOf(door.workspaceUrl);
    server = await starting;
    const baseJobTemplate = {
      job_configuration: { env: "{{ env }}" },
      variables: { properties: { env: { type: "object" } } },
    };
    await client.createWorkPool({ name: "doors", type: "process", baseJobTemplate });
    worker = startWorker(
      python,
      join(dir, "worker"),
      ["--pool", "doors", "--name", "dev-worker", "--type", "process"],
      {
        PREFECT_API_URL: door.workspaceUrl,
        PREFECT_API_KEY: apiKey,
        ...door.env,
      },
    );
  });
  afterAll(async () => {
    await worker?.stop();
    await door?.stop();
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  async function untilOnline(): Promise<PrefectWorker> {
    for (const until = Date.now() + WAIT_MS; Date.now() < until; await sleep(200)) {
      const presence = workerPresence(await client.listWorkers("doors"), {
        name: "dev-worker",
        after: started,
      });
      if (presence.kind === "online") return presence.worker;
    }
    throw new Error(`No worker came ONLINE. It wrote:\n${worker.output()}`);
  }

  test("a real worker comes ONLINE, and a flow run of it goes to its end with its logs", async () => {
    await untilOnline();
    const flow = await client.createFlow("tiny");
    const deployment = await client.createDeployment({
      name: "tiny",
      flowId: flow.id,
      workPool: "doors",
      entrypoint: "tiny.py:tiny",
      pullSteps: [{ "prefect.deployments.steps.set_working_directory": { directory: dir } }],
    });
    const { id } = await client.createFlowRun(deployment.id, { parameters: { n: 21 } });
    const seen: string[] = [];
    const run = await awaitFlowRun(client, id, {
      pollMs: 300,
      timeoutMs: WAIT_MS,
      onEvent: (event) => seen.push(event.kind === "log" ? event.log.message : event.run.state.name),
    });
    expect(run.state, run.state.message).toMatchObject({ name: "Completed" });
    expect(seen).toContain("hello through the door, 21");
    expect(worker.complaints()).toEqual([]);
  });

  test("everything went through the workspace, with the key, and the door keeps no key", () => {
    const requests = door.requests();
    const workspace = `/api/accounts/${accountId}/workspaces/${workspaceId}/`;
    expect(requests.filter(({ path }) => !path.startsWith(workspace))).toEqual([]);
    expect(requests.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
    expect(requests.some(({ method, path }) => method === "WS" && path.endsWith("/events/in"))).toBe(true);
    expect(JSON.stringify(requests)).not.toContain(apiKey);
    expect(worker.output()).not.toContain(apiKey);
  });

  test("a wrong key, account or workspace is told apart, and none is taken for a missing pool", async () => {
    const wrongAccount = clientOf(door.workspaceUrl.replace(accountId, stranger));
    const wrongWorkspace = clientOf(door.workspaceUrl.replace(workspaceId, stranger));
    const noKey = createPrefectClient({ apiUrl: door.workspaceUrl, version });
    await expect(clientOf(door.workspaceUrl, "pnu_wrong").readWorkPool("doors")).rejects.toMatchObject({
      code: "PREFECT_KEY_REFUSED",
      message: `Prefect at ${door.workspaceUrl} refuses the API key (401): it is mistyped, expired or deleted.`,
    });
    await expect(noKey.readWorkPool("doors")).rejects.toMatchObject({ code: "PREFECT_KEY_REFUSED" });
    await expect(wrongAccount.readWorkPool("none")).rejects.toMatchObject({
      code: "PREFECT_ACCOUNT_UNKNOWN",
      details: [`rehearsal/local: accountId ${accountId}, workspaceId ${workspaceId}`],
    });
    await expect(wrongWorkspace.readWorkPool("none")).rejects.toMatchObject({
      code: "PREFECT_WORKSPACE_UNKNOWN",
      details: [`rehearsal/local: accountId ${accountId}, workspaceId ${workspaceId}`],
    });
    expect(await client.readWorkPool("none")).toBeUndefined();
  });

  test("a worker with a wrong key gives up", async () => {
    const python = await serverEnvironment(version);
    const other = startWorker(
      python,
      join(dir, "worker"),
      ["--pool", "doors", "--name", "x", "--type", "process"],
      {
        PREFECT_API_URL: door.workspaceUrl,
        PREFECT_API_KEY: "pnu_wrong",
        ...door.env,
      },
    );
    expect(await other.exited).toBe(1);
    expect((await client.listWorkers("doors")).map(({ name }) => name)).toEqual(["dev-worker"]);
  });

  test("nothing is left open when the door stops, with a worker at it", async () => {
    await door.stop();
    await expect(fetch(door.apiUrl)).rejects.toThrow();
  });
});
