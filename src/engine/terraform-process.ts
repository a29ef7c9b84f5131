import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileProblem } from "./file-problem.ts";
import type { RunContext } from "./run-context.ts";
import { recordRun } from "./run-folder.ts";

/** A Terraform at work. Disposing of it only stops listening to the abort signals. */
export interface RunningTerraform extends Disposable {
  readonly eventsFile: string;
  readonly wordsFile: string;
  readonly ending: Promise<ProcessEnd>;
  /** Ends what is left of its process group. */
  endGroup(): void;
}

export interface ProcessEnd {
  readonly failed: boolean;
  readonly exitCode?: number;
  readonly signal?: string;
  /** Why it could not even be started. */
  readonly originalMessage?: string;
}

/** After a second interrupt Terraform needs a moment to end its providers. */
const KILL_AFTER_MS = 10_000;

/**
 * Starts Terraform so that it outlives us. It writes into files, not into a pipe: should this process be killed, a pipe
 * would break and take Terraform with it, at the next thing it reports and before that is in the state. It also leads
 * a process group of its own, so that Ctrl-C in a terminal reaches it once, from us.
 */
export function startTerraform(
  { terraform, dir, signal, forceSignal }: RunContext,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): RunningTerraform {
  const eventsFile = join(folder, "events.ndjson");
  const wordsFile = join(folder, "stderr.txt");
  const files = openFiles([eventsFile, wordsFile], dir);
  const child = spawn(terraform.path, [...args], {
    cwd: dir,
    env,
    stdio: ["ignore", ...files],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  for (const file of files) closeSync(file);
  if (child.pid !== undefined) recordRun(folder, child.pid, terraform.path);

  let hasEnded = false;
  const ending = endOf(child).finally(() => {
    hasEnded = true;
  });
  const stop = onAbort(signal, () => child.kill("SIGINT"));
  const force = onAbort(forceSignal, () => stopAtOnce(child, () => hasEnded));
  return {
    eventsFile,
    wordsFile,
    ending,
    endGroup: () => endGroup(child.pid),
    [Symbol.dispose]: () => {
      stop[Symbol.dispose]();
      force[Symbol.dispose]();
    },
  };
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ failed: true, originalMessage: error.message }));
    child.once("exit", (code, signal) =>
      resolve({ failed: code !== 0, exitCode: code ?? undefined, signal: signal ?? undefined }),
    );
  });
}

function openFiles(paths: readonly string[], dir: string): number[] {
  try {
    return paths.map((path) => openSync(path, "ax", 0o600));
  } catch (error) {
    throw fileProblem(error, dir);
  }
}

function stopAtOnce(child: ChildProcess, hasEnded: () => boolean): void {
  child.kill("SIGINT");
  setTimeout(() => {
    if (!hasEnded()) endGroup(child.pid);
  }, KILL_AFTER_MS).unref();
}

/** A Terraform that was killed leaves its providers and the commands of provisioners behind. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === "win32") return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // No one is left.
  }
}

/** Calls `action` when `signal` is aborted, until it is disposed of. */
export function onAbort(signal: AbortSignal | undefined, action: () => void): Disposable {
  signal?.addEventListener("abort", action, { once: true });
  return { [Symbol.dispose]: () => signal?.removeEventListener("abort", action) };
}
