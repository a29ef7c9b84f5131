import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { Cancelled } from "#errors";
import { type Diagnostic, parseEvent, type TerraformEvent } from "./events.ts";
import { followLines } from "./follow-lines.ts";
import { redactDeeply } from "./redact.ts";
import type { RunContext } from "./run-context.ts";
import { createRunFolder, removeFolder } from "./run-folder.ts";
import { onAbort, type ProcessEnd, startTerraform } from "./terraform-process.ts";

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

/** Runs a `-json` command and hands out its events as they come, without secrets. */
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
  const { redact, signal, forceSignal } = context;
  using running = startTerraform(context, args, env, folder);
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const text: string[] = [];
  let stateDump: unknown;
  const listener = carefulListener(onEvent);
  for await (const line of followLines(running.eventsFile, running.ending)) {
    const event = parseEvent(line);
    if (event === undefined) continue;
    if (event.type === "state_dump") {
      // Kept as it is, to be written down; no one else needs to see it.
      stateDump = event.state;
      continue;
    }
    const shown = redactDeeply(event, redact);
    if (shown.type === "diagnostic")
      (shown.diagnostic.severity === "error" ? errors : warnings).push(shown.diagnostic);
    if (shown.type === "text") text.push(shown.message);
    listener.tell(shown);
  }
  const result = await running.ending;
  const wasInterrupted = result.failed && (signal?.aborted || forceSignal?.aborted);
  if (wasInterrupted || result.signal !== undefined) running.endGroup();
  listener.throwFailure();
  if (wasInterrupted && stateDump === undefined) throw interrupted(args);
  return {
    ...ended(context, args, result),
    errors,
    warnings,
    lastWords: lastLines([...text, redact(readEnd(running.wordsFile))].join("\n")),
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
