import { randomBytes, randomUUID } from "node:crypto";
import type { Config } from "#config/schema.ts";
import { cacheDirectory } from "#engine/cache-dir.ts";
import { PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import { type Agent, startAgent } from "./agent/agent.ts";
import { prefectImages } from "./agent/images.ts";
import { type CloudDoor, startCloudDoor } from "./cloud-door.ts";
import { type Emulator, endOfLog, startEmulator } from "./emulator.ts";
import { type PrefectServer, startPrefectServer } from "./prefect-server.ts";
import type { PythonParts } from "./python.ts";
import type { RehearsalFolder } from "./rehearsal-folder.ts";
import type { Teardown } from "./teardown.ts";

/** AWS and Prefect Cloud as far as a rehearsal needs them, on loopback. */
export interface LocalCloud {
  readonly emulator: Emulator;
  readonly agent: Agent;
  readonly door: CloudDoor;
  /** Resolves when Prefect answers; the door is open before. */
  readonly prefectServer: Promise<PrefectServer>;
  readonly accountId: string;
  readonly workspaceId: string;
  /** Never resolves; rejects when one of the servers ends by itself. */
  readonly casualty: Promise<never>;
  /** A new random key, which is then looked for in all the places where it must not be. */
  readonly apiKey: string;
}

export interface LocalCloudOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether IAM policies decide what a caller may do. @default false */
  readonly authorize?: boolean | undefined;
}

/** Starts the emulated AWS with its container host, and Prefect behind its front door, all at the same time. */
export async function startLocalCloud(
  { prefect, region, workers }: Config,
  python: PythonParts,
  folder: RehearsalFolder,
  teardown: Teardown,
  reporter: Reporter,
  { signal, authorize = false }: LocalCloudOptions = {},
): Promise<LocalCloud> {
  const accountId = prefect.accountId ?? randomUUID();
  const workspaceId = prefect.workspaceId ?? randomUUID();
  const apiKey = `pnu_${randomBytes(18).toString("hex")}`;

  const startingEmulator = startAws();
  const prefectServer = startServer();
  const startingDoor = openDoor();
  const startingAgent = startHost();
  // In reverse order: tasks end while everything they talk to is still there.
  teardown.addStarting("The emulated AWS", startingEmulator, (started) => started.stop());
  teardown.addStarting("The Prefect server", prefectServer, (started) => started.stop());
  teardown.addStarting("The Prefect Cloud door", startingDoor, (started) => started.stop());
  teardown.addStarting("The local Fargate", startingAgent, (started) => started.stop());
  prefectServer.catch(() => {}); // Whoever awaits it sees the failure; until then nobody may be there to.
  const [emulator, door, agent] = await Promise.all([startingEmulator, startingDoor, startingAgent]);

  const casualty = Promise.race([
    emulator.exited.then(async ({ code, signal: by }) =>
      died("EMULATOR_DIED", "The emulated AWS", by ?? code, await endOfLog(emulator.logFile)),
    ),
    prefectServer.then(
      async ({ exited }) => {
        const { code, signal: by, logTail } = await exited;
        return died("PREFECT_SERVER_DIED", "The Prefect server", by ?? code, logTail);
      },
      // Whoever awaits the server sees why it did not start.
      () => new Promise<never>(() => {}),
    ),
  ]);
  casualty.catch(() => {}); // Servers also end when they are told to, at the end.
  return { emulator, agent, door, prefectServer, casualty, accountId, workspaceId, apiKey };

  async function startAws(): Promise<Emulator> {
    const emulator = await startEmulator({
      python: (await python.environment("emulator")).python,
      dir: await folder.folder("emulator"),
      region,
      reporter,
      authorize,
      ...(signal ? { signal } : {}),
    });
    await folder.noteServer("emulator", emulator.pid);
    return emulator;
  }

  async function startHost(): Promise<Agent> {
    return startAgent({
      emulator: await startingEmulator,
      images: prefectImages({ environment: (name, extras) => python.environment(name, extras), reporter }),
      dir: await folder.folder("agent"),
      reporter,
    });
  }

  async function startServer(): Promise<PrefectServer> {
    // The workers' environments are prepared meanwhile, as a task should not wait for them.
    const images = Object.values(workers).map(({ extraPipPackages }) =>
      python.environment(`prefect-${prefect.version}`, extraPipPackages),
    );
    const [environment] = await Promise.all([python.environment(`prefect-${prefect.version}`), ...images]);
    const server = await startPrefectServer({
      python: environment,
      version: prefect.version,
      dir: await folder.folder("prefect"),
      cacheDir: cacheDirectory(),
      reporter,
      ...(signal ? { signal } : {}),
    });
    await folder.noteServer("prefect", server.pid);
    return server;
  }

  function openDoor(): Promise<CloudDoor> {
    return startCloudDoor({
      // The plan needs the door's address long before the server is up.
      target: prefectServer.then(({ uiUrl }) => uiUrl),
      version: prefect.version,
      accountId,
      workspaceId,
      apiKey,
    });
  }
}

function died(code: string, what: string, how: number | string | null, details: readonly string[]): never {
  throw new PrefectFargateError(
    code,
    `${what} ended in the middle of the rehearsal (${typeof how === "number" ? `status ${how}` : how}).`,
    {
      source: "environment",
      details,
      hint: "Rehearse again; everything that was started has been taken down.",
    },
  );
}
