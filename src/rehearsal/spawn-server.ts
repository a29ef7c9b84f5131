import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a server may take to end in peace. */
const GRACE_MS = 5_000;

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set when the program could not be started at all. */
  readonly error?: Error;
}

export interface ServerProcess {
  readonly pid: number;
  /** The first line it writes to standard output; never resolves when it writes none. */
  readonly firstLine: Promise<string>;
  readonly exited: Promise<ChildExit>;
  /** SIGTERM to its process group, then SIGKILL; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface SpawnServerOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** A file descriptor. */
  readonly stderr: number;
}

/**
 * Starts a server in a process group of its own, so that Ctrl-C reaches us and not it: it is still needed to tear down.
 * Its standard input is a pipe that closes when this process ends, however it ends.
 */
export function spawnServer(
  command: string,
  args: readonly string[],
  options: SpawnServerOptions,
): ServerProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["pipe", "pipe", options.stderr],
  });
  child.stdin?.on("error", () => {});
  const exited = new Promise<ChildExit>((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, error }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  const firstLine = once(createInterface({ input: child.stdout! }), "line").then(([line]) => line as string);
  firstLine.catch(() => {});
  const pid = child.pid ?? -1;

  async function stop(): Promise<void> {
    if (!signalGroup(pid, "SIGTERM")) return void (await exited);
    const ended = await Promise.race([exited, sleep(GRACE_MS, undefined, { ref: false })]);
    if (!ended) signalGroup(pid, "SIGKILL");
    await exited;
    // What the server itself has started (a function's runtime) is in the same group.
    signalGroup(pid, "SIGKILL");
  }

  return { pid, firstLine, exited, stop };
}

/** False when nobody of the group is left. */
function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
