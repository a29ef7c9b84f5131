import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { cacheDirectory } from "#engine/cache-dir.ts";
import { PrefectFargateError } from "#errors";
import type { Reporter, Stage } from "#reporter";
import { PREFECT_SERVER_PROGRAM } from "./prefect-server-program.ts";

/** A start takes seconds, and took two minutes on two cores with twenty busy processes; one that dies is noticed at once. */
const READY_WITHIN_MS = 300_000;
const STOP_WITHIN_MS = 5_000;
const LOG_TAIL_LINES = 25;

export interface PrefectServerOptions {
  /** A virtual environment with Prefect in it. */
  readonly python: { readonly bin: string };
  readonly version: 2 | 3;
  /** The server's own folder: database, log. Made when missing; a database that is there already is used. */
  readonly dir: string;
  /** What a Prefect 3 server asks clients for, as PREFECT_SERVER_API_AUTH_STRING. @default - nothing */
  readonly authString?: string;
  /** @default a free one */
  readonly port?: number;
  /** Where migrated databases are kept between runs. @default cacheDirectory() */
  readonly cacheDir?: string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

export interface PrefectServer {
  /** `http://127.0.0.1:PORT/api` */
  readonly url: string;
  /** The page for people. */
  readonly uiUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Such as "2.20.26". */
  readonly release: string;
  readonly logFile: string;
  /** Ends the server, at latest after five seconds. Twice does no harm. */
  stop(): Promise<void>;
  /** Resolves when the server has ended, whoever ended it. */
  readonly exited: Promise<ServerExit>;
}

interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True when `stop` asked for it. */
  readonly wanted: boolean;
  readonly logTail: readonly string[];
}

/** What the program says on its file descriptor 3. */
type ProgramEvent =
  | { event: "port refused"; reason: string }
  | { event: "starting"; version: string; migrating: boolean }
  | { event: "not kept"; reason: string }
  | { event: "ready"; port: number };

/**
 * Starts a Prefect server on this machine, with its scheduler and the marking of late runs, and resolves when it
 * answers. Two to three seconds; the first time for a release about fifteen, to migrate a database that is then kept.
 *
 * @throws PORT_TAKEN, PREFECT_SERVER_FAILED (with the end of its log)
 */
export async function startPrefectServer(options: PrefectServerOptions): Promise<PrefectServer> {
  const { version, reporter } = options;
  return reporter.stage(`Prefect ${version} server`, (stage) => start(options, stage));
}

async function start(options: PrefectServerOptions, stage: Stage): Promise<PrefectServer> {
  const { dir, port = 0, reporter, signal } = options;
  signal?.throwIfAborted();
  await mkdir(dir, { recursive: true });
  const logFile = join(dir, "server.log");
  const child = spawnServer(options, logFile);

  let wanted = false;
  const exited = new Promise<ServerExit>((resolve) => {
    const ended = async (code: number | null, by: NodeJS.Signals | null) =>
      resolve({ code, signal: by, wanted, logTail: await tailOf(logFile) });
    child.once("error", () => void ended(null, null));
    child.once("exit", (code, by) => void ended(code, by));
  });
  const stop = async () => {
    wanted = true;
    signalGroup(child, "SIGTERM");
    const hurry = setTimeout(() => signalGroup(child, "SIGKILL"), STOP_WITHIN_MS);
    await exited.finally(() => clearTimeout(hurry));
  };

  let release = "";
  const onEvent = (event: ProgramEvent) => {
    if (event.event === "starting") {
      release = event.version;
      stage.update(event.migrating ? `${release}, preparing a database (first time only)` : release);
    }
    if (event.event === "not kept") reporter.warn(`The prepared database was not kept: ${event.reason}.`);
  };
  try {
    const actualPort = await untilReady({ child, exited, options, onEvent });
    const uiUrl = `http://127.0.0.1:${actualPort}`;
    const pid = child.pid ?? 0;
    return { url: `${uiUrl}/api`, uiUrl, port: actualPort, pid, release, logFile, stop, exited };
  } catch (error) {
    await stop();
    if (error instanceof PortRefused) throw portTaken(port, error.message);
    throw error;
  }
}

/** In a process group of its own, so that Ctrl-C in a terminal reaches it through us alone, and in order. */
function spawnServer(options: PrefectServerOptions, logFile: string): ChildProcess {
  const { python, dir, authString, port = 0, cacheDir = cacheDirectory() } = options;
  const log = openSync(logFile, "a");
  try {
    const settings = JSON.stringify({ port, cache: join(cacheDir, "prefect-databases") });
    return spawn(join(python.bin, "python"), ["-c", PREFECT_SERVER_PROGRAM, settings], {
      cwd: dir,
      detached: true,
      stdio: ["pipe", log, log, "pipe"],
      env: {
        PATH: `${python.bin}:/usr/bin:/bin`,
        HOME: dir,
        PREFECT_HOME: dir,
        PREFECT_PROFILES_PATH: join(dir, "profiles.toml"),
        PREFECT_SERVER_ANALYTICS_ENABLED: "false",
        DO_NOT_TRACK: "1",
        NO_COLOR: "1",
        PYTHONUNBUFFERED: "1",
        ...(authString === undefined ? {} : { PREFECT_SERVER_API_AUTH_STRING: authString }),
      },
    });
  } finally {
    closeSync(log);
  }
}

class PortRefused extends Error {}

interface Awaited {
  readonly child: ChildProcess;
  readonly exited: Promise<ServerExit>;
  readonly options: PrefectServerOptions;
  readonly onEvent: (event: ProgramEvent) => void;
}

/** Reads the program's events until one says that it is ready, and gives its port. */
async function untilReady({ child, exited, options, onEvent }: Awaited): Promise<number> {
  const giveUp = AbortSignal.timeout(READY_WITHIN_MS);
  const ends = AbortSignal.any(options.signal ? [options.signal, giveUp] : [giveUp]);
  return new Promise<number>((resolve, reject) => {
    const lines = createInterface({ input: child.stdio[3] as Readable });
    let refused = false;
    lines.on("line", (line) => {
      const event = JSON.parse(line) as ProgramEvent;
      onEvent(event);
      if (event.event === "ready") resolve(event.port);
      if (event.event === "port refused") {
        refused = true;
        reject(new PortRefused(event.reason));
      }
    });
    child.once("error", (cause) => reject(serverFailed(options, "could not be started", [], cause)));
    exited.then(({ code, signal, logTail }) => {
      const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      if (!refused) reject(serverFailed(options, `${how} before it was ready`, logTail));
    });
    ends.addEventListener("abort", async () => {
      if (options.signal?.aborted) return reject(options.signal.reason);
      const logTail = await tailOf(join(options.dir, "server.log"));
      reject(serverFailed(options, `was not ready after ${READY_WITHIN_MS / 1000} s`, logTail));
    });
  });
}

function portTaken(port: number, reason: string): PrefectFargateError {
  return new PrefectFargateError(
    "PORT_TAKEN",
    `Port ${port} of 127.0.0.1 cannot be used for the Prefect server: ${reason.toLowerCase()}.`,
    { source: "environment", hint: `See who has it (lsof -i :${port}), or choose another port.` },
  );
}

function serverFailed(
  { version, python, dir }: PrefectServerOptions,
  what: string,
  logTail: readonly string[],
  cause?: unknown,
): PrefectFargateError {
  return new PrefectFargateError("PREFECT_SERVER_FAILED", `The Prefect ${version} server ${what}.`, {
    source: "environment",
    details: logTail.length > 0 ? logTail : [`Started by ${join(python.bin, "python")} in ${dir}.`],
    hint: `Try it again, with less at work beside it. If it stays so, have its Python packages installed anew: rm -r ${dirname(python.bin)}`,
    cause,
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It ended in between.
  }
}

async function tailOf(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-LOG_TAIL_LINES).filter(Boolean);
}
