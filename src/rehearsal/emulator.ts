import { randomUUID } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PrefectFargateError } from "#errors";
import { packagePath } from "#package";
import type { Reporter } from "#reporter";
import { awsClientEnvironment } from "./aws-client-environment.ts";
import { type ChildExit, spawnServer } from "./spawn-server.ts";

/** Ready in under a second on an idle machine; a busy one with cold disks may take many. */
const READY_TIMEOUT_MS = 60_000;
const PROBE_INTERVAL_MS = 25;
const LOG_LINES = 20;

export interface StartEmulatorOptions {
  /** The interpreter of the `emulator` environment. */
  readonly python: string;
  /** The emulator writes here and nowhere else. */
  readonly dir: string;
  /** @default a free one */
  readonly port?: number;
  readonly reporter: Reporter;
  /** Settings of the emulator process beside its own, for example LOG_LEVEL. */
  readonly env?: Record<string, string>;
  /** Whether IAM policies decide what a caller may do. @default false */
  readonly authorize?: boolean;
  /** @default "us-east-1" */
  readonly region?: string;
  readonly signal?: AbortSignal;
}

/** An emulated AWS account on 127.0.0.1, for as long as this process lives. */
export interface Emulator {
  readonly url: string;
  /** What makes an AWS client, Terraform or boto3 talk to it: endpoint, keys, region, no profile, few retries. */
  readonly env: Record<string, string>;
  readonly region: string;
  readonly pid: number;
  /** Told by its readiness probe; no other emulator has it. */
  readonly instanceId: string;
  readonly logFile: string;
  stop(): Promise<void>;
  /** Resolves when the process has ended, whatever ended it. */
  readonly exited: Promise<ChildExit>;
}

/**
 * Starts the emulated AWS and waits until this very process answers.
 *
 * @throws EMULATOR_PORT_TAKEN, EMULATOR_DIED (with the end of its log), EMULATOR_NOT_READY.
 */
export async function startEmulator(options: StartEmulatorOptions): Promise<Emulator> {
  const { dir, region = "us-east-1", reporter, signal } = options;
  await mkdir(dir, { recursive: true });
  const instanceId = randomUUID();
  const logFile = join(dir, "emulator.log");
  const log = await open(logFile, "w");
  const server = spawnServer(options.python, emulatorArguments(options, instanceId, region), {
    env: emulatorEnvironment(options),
    cwd: dir,
    stderr: log.fd,
  });
  void server.exited.then(() => log.close());
  try {
    const { port } = await reporter.stage("Emulated AWS", () =>
      whenReady(server, instanceId, logFile, signal),
    );
    const url = `http://127.0.0.1:${port}`;
    return {
      url,
      env: await awsClientEnvironment(url, region, dir),
      region,
      pid: server.pid,
      instanceId,
      logFile,
      stop: server.stop,
      exited: server.exited,
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function emulatorArguments(options: StartEmulatorOptions, instanceId: string, region: string): string[] {
  return [
    packagePath("emulator", "main.py"),
    ...[
      "--dir",
      options.dir,
      "--port",
      `${options.port ?? 0}`,
      "--instance-id",
      instanceId,
      "--region",
      region,
    ],
    "--exit-with-stdin",
    ...(options.authorize ? ["--authorize"] : []),
  ];
}

/** Nothing of the user's own AWS settings reaches the emulator; compiled Python goes beside the environment, not into this package. */
function emulatorEnvironment({ python, env }: StartEmulatorOptions): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG } = process.env;
  return { PATH, HOME, LANG, PYTHONPYCACHEPREFIX: join(dirname(dirname(python)), "pycache"), ...env };
}

async function whenReady(
  server: ReturnType<typeof spawnServer>,
  instanceId: string,
  logFile: string,
  signal: AbortSignal | undefined,
): Promise<{ port: number }> {
  const deadline = AbortSignal.any([AbortSignal.timeout(READY_TIMEOUT_MS), ...(signal ? [signal] : [])]);
  const died = server.exited.then((exit) => diedError(exit, logFile));
  const failed = died.then((error): never => {
    throw error;
  });
  failed.catch(() => {});
  try {
    const { port } = JSON.parse(await Promise.race([server.firstLine, failed, rejected(deadline)])) as {
      port: number;
    };
    while (!(await isReady(port, instanceId))) {
      await Promise.race([sleep(PROBE_INTERVAL_MS, undefined, { signal: deadline }), failed]);
    }
    return { port };
  } catch (error) {
    if (signal?.aborted || error instanceof PrefectFargateError) throw error;
    throw new PrefectFargateError(
      "EMULATOR_NOT_READY",
      `The emulated AWS did not answer within ${READY_TIMEOUT_MS / 1000} s.`,
      { source: "environment", hint: `Look at ${logFile}`, details: await endOfLog(logFile), cause: error },
    );
  }
}

/** True only for the emulator that was started here: whoever else answers on the port has another id. */
async function isReady(port: number, instanceId: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/_prefect_fargate/identity`, {
      signal: AbortSignal.timeout(5_000),
    });
    return ((await answer.json()) as { instanceId?: string }).instanceId === instanceId;
  } catch {
    return false;
  }
}

async function diedError(exit: ChildExit, logFile: string): Promise<PrefectFargateError> {
  const details = await endOfLog(logFile);
  const taken = details.find((line) => /^Port \d+ of .* cannot be used/.test(line));
  if (taken) {
    return new PrefectFargateError("EMULATOR_PORT_TAKEN", taken, {
      source: "environment",
      hint: "Leave the port out to get a free one, or end what listens there.",
    });
  }
  const how = exit.signal ? `was killed by ${exit.signal}` : `ended with status ${exit.code}`;
  return new PrefectFargateError("EMULATOR_DIED", `The emulated AWS ${how} before it was ready.`, {
    source: "environment",
    hint: `Look at ${logFile}`,
    details,
  });
}

/** The last lines that the emulator wrote; its folder may be gone soon. */
export async function endOfLog(logFile: string): Promise<string[]> {
  const text = await readFile(logFile, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-LOG_LINES).filter(Boolean);
}

const rejected = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
