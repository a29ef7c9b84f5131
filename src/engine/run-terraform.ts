import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { Cancelled } from "#errors";
import { type Diagnostic, parseEvent, type TerraformEvent } from "./events.ts";
import { fileProblem } from "./file-problem.ts";
import type { TerraformBinary } from "./find-terraform.ts";
import { followLines } from "./follow-lines.ts";
import { type Redactor, redactDeeply } from "./redact.ts";
import { createRunFolder, recordRun, removeFolder } from "./run-folder.ts";

/** What every run in one workspace shares. */
export interface RunContext {
  readonly terraform: TerraformBinary;
  readonly dir: string;
  readonly redact: Redactor;
  /** Asks Terraform to stop in good order: it lets go of what it is doing, writes the state and ends. */
  readonly signal?: AbortSignal;
  /** Asks it to stop at once, as a second Ctrl-C does. What was being created may be missing from the state. */
  readonly forceSignal?: AbortSignal;
}

export interface TerraformResult {
  /** As one would type it. */
  readonly command: string;
  readonly succeeded: boolean;
  /** `exit status 1`, `signal SIGKILL` */
  readonly ending: string;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** The last lines of stderr and of what was no JSON on stdout, secrets removed. */
  readonly lastWords: readonly string[];
  /** The only copy of a state that could be written nowhere. */
  readonly stateDump: unknown;
}

const LAST_WORDS = 20;
const LAST_BYTES = 64 * 1024;

/** After a second interrupt Terraform needs a moment to end its providers. */
const KILL_AFTER_MS = 10_000;

/**
 * Runs a `-json` command and hands out its events as they come.
 *
 * Terraform writes into files, not into a pipe: should this process be killed, a pipe would break and take Terraform
 * with it, at the next thing it reports and before that is in the state. This way it finishes and the state is whole.
 * It also leads a process group of its own, so that Ctrl-C in a terminal reaches it once, from us.
 */
export async function runTerraform(
  context: RunContext,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onEvent: (event: TerraformEvent) => void = () => {},
): Promise<TerraformResult> {
  throwIfAborted(context, args);
  const folder = createRunFolder(context.dir);
  try {
    return await follow(context, args, env, folder, onEvent);
  } finally {
    removeFolder(folder);
  }
}

/** Runs a command that only reads, and gives what it printed. */
export async function askTerraform(
  context: RunContext,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<TerraformResult & { readonly stdout: string }> {
  throwIfAborted(context, args);
  const { terraform, dir, redact, signal } = context;
  const running = execa(terraform.path, [...args], {
    cwd: dir,
    env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    detached: process.platform !== "win32",
    cleanup: false,
  });
  using _stop = onAbort(signal, () => running.kill("SIGINT"));
  const result = await running;
  if (signal?.aborted && result.failed) throw interrupted(args);
  return {
    ...ended(context, args, result),
    errors: [],
    warnings: [],
    lastWords: lastLines(redact(result.stderr)),
    stateDump: undefined,
    stdout: result.stdout,
  };
}

/** The command line, for people: with the folder, so that it can be typed anywhere. */
function commandLine(context: Pick<RunContext, "terraform" | "dir">, args: readonly string[]): string {
  return [context.terraform.path, `-chdir=${context.dir}`, ...args].map(quoteForShell).join(" ");
}

async function follow(
  context: RunContext,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
  onEvent: (event: TerraformEvent) => void,
): Promise<TerraformResult> {
  const { terraform, dir, redact, signal, forceSignal } = context;
  const events = join(folder, "events.ndjson");
  const words = join(folder, "stderr.txt");
  const [eventsFd, wordsFd] = openFiles([events, words], dir);
  const running = spawn(terraform.path, [...args], {
    cwd: dir,
    env,
    stdio: ["ignore", eventsFd!, wordsFd!],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  closeSync(eventsFd!);
  closeSync(wordsFd!);
  if (running.pid !== undefined) recordRun(folder, running.pid, terraform.path);

  let hasEnded = false;
  const ending = endOf(running).finally(() => {
    hasEnded = true;
  });
  using _stop = onAbort(signal, () => running.kill("SIGINT"));
  using _force = onAbort(forceSignal, () => stopAtOnce(running, () => hasEnded));

  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const text: string[] = [];
  let stateDump: unknown;
  const listener = carefulListener(onEvent);
  for await (const line of followLines(events, ending)) {
    const event = parseEvent(line);
    if (event === undefined) continue;
    // The state is kept as it is, to be written down; people never see it.
    if (event.type === "state_dump") stateDump = event.state;
    const shown = event.type === "state_dump" ? event : redactDeeply(event, redact);
    if (shown.type === "diagnostic")
      (shown.diagnostic.severity === "error" ? errors : warnings).push(shown.diagnostic);
    if (shown.type === "text") text.push(shown.message);
    listener.tell(shown);
  }
  const result = await ending;
  const wasInterrupted = result.failed && (signal?.aborted || forceSignal?.aborted);
  if (wasInterrupted || result.signal !== undefined) endGroup(running.pid);
  listener.throwFailure();
  if (wasInterrupted && stateDump === undefined) throw interrupted(args);
  return {
    ...ended(context, args, result),
    errors,
    warnings,
    lastWords: lastLines([...text, redact(readEnd(words))].join("\n")),
    stateDump,
  };
}

/** A mistake of the listener must not leave Terraform alone: it is told when Terraform has ended. */
function carefulListener(onEvent: (event: TerraformEvent) => void) {
  let failure: { readonly error: unknown } | undefined;
  return {
    tell(event: TerraformEvent): void {
      if (failure !== undefined) return;
      try {
        onEvent(event);
      } catch (error) {
        failure = { error };
      }
    },
    throwFailure(): void {
      if (failure !== undefined) throw failure.error;
    },
  };
}

interface ProcessEnd {
  readonly failed: boolean;
  readonly exitCode?: number;
  readonly signal?: string;
  /** Why it could not even be started. */
  readonly originalMessage?: string;
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ failed: true, originalMessage: error.message }));
    child.once("exit", (code, signal) =>
      resolve({ failed: code !== 0, exitCode: code ?? undefined, signal: signal ?? undefined }),
    );
  });
}

function ended(
  context: RunContext,
  args: readonly string[],
  result: ProcessEnd,
): Pick<TerraformResult, "command" | "succeeded" | "ending"> {
  const ending =
    result.signal !== undefined
      ? `signal ${result.signal}`
      : result.exitCode !== undefined
        ? `exit status ${result.exitCode}`
        : (result.originalMessage ?? "no exit status");
  return { command: context.redact(commandLine(context, args)), succeeded: !result.failed, ending };
}

function openFiles(paths: readonly string[], dir: string): number[] {
  try {
    return paths.map((path) => openSync(path, "ax", 0o600));
  } catch (error) {
    throw fileProblem(error, dir);
  }
}

function stopAtOnce(
  running: { pid?: number; kill(signal: NodeJS.Signals): boolean },
  hasEnded: () => boolean,
): void {
  running.kill("SIGINT");
  setTimeout(() => {
    if (!hasEnded()) endGroup(running.pid);
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

function onAbort(signal: AbortSignal | undefined, action: () => void): Disposable {
  signal?.addEventListener("abort", action, { once: true });
  return { [Symbol.dispose]: () => signal?.removeEventListener("abort", action) };
}

function throwIfAborted({ signal, forceSignal }: RunContext, args: readonly string[]): void {
  if (signal?.aborted || forceSignal?.aborted) throw interrupted(args);
}

const interrupted = (args: readonly string[]): Cancelled =>
  new Cancelled(
    `Terraform's ${args[0]} was interrupted. What it had done is in its state; run this again to go on.`,
  );

/** With TF_LOG set, Terraform may say more than anyone wants to hold in memory. */
function readEnd(file: string): string {
  const bytes = readFileSync(file);
  const text = bytes.subarray(-LAST_BYTES).toString("utf8");
  // The first line may be cut, and a secret in it.
  return bytes.length > LAST_BYTES ? text.slice(text.indexOf("\n") + 1) : text;
}

function lastLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => /[\p{L}\p{N}]/u.test(line))
    .slice(-LAST_WORDS);
}

const quoteForShell = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
