import { EventEmitter } from "node:events";
import { runCli as run } from "#cli/run-cli.ts";
import type { Terminal, TextStream } from "#cli/surroundings.ts";

export interface RunCliOptions {
  readonly cwd?: string;
  /** The whole environment; nothing of the tests' own is inherited. */
  readonly env?: NodeJS.ProcessEnv;
  /** Sends signals: `signals.emit("SIGINT")`. */
  readonly signals?: EventEmitter;
  /** Where somebody answers. @default - nobody is there */
  readonly terminal?: Terminal;
}

export interface CliRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** Runs a command line in this process, as a pipe would see it. */
export async function runCli(argv: readonly string[], options: RunCliOptions = {}): Promise<CliRun> {
  const { cwd = process.cwd(), env = {}, signals = new EventEmitter(), terminal } = options;
  const stdout = collector();
  const stderr = collector();
  const exit = (status: number): never => {
    throw new Error(`The process would have ended with status ${status}.`);
  };
  const status = await run(argv, {
    cwd,
    env,
    stdout,
    stderr,
    ...(terminal ? { terminal } : {}),
    signals: {
      on: (name, listener) => signals.on(name, listener),
      off: (name, listener) => signals.off(name, listener),
      exit,
    },
  });
  return { stdout: stdout.text(), stderr: stderr.text(), status };
}

function collector(): TextStream & { text(): string } {
  const pieces: string[] = [];
  return { write: (piece) => pieces.push(piece), columns: 100, text: () => pieces.join("") };
}
