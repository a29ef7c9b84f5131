import { execFile } from "node:child_process";
import { packagePath } from "#package";
import type { CliRun } from "./run-cli.ts";

const MAIN = packagePath("src", "cli", "main.ts");

export interface BinaryOptions {
  readonly cwd: string;
  /** The whole environment beside PATH; nothing of the tests' own is inherited. */
  readonly env?: NodeJS.ProcessEnv;
  /** A user who may less, where the tests run as root. @default - the tests' own */
  readonly uid?: number | undefined;
}

/** Runs the command line as a process of its own, as a person's shell does. */
export const runBinary = (args: readonly string[], options: BinaryOptions): Promise<CliRun> =>
  run(process.execPath, [MAIN, ...args], options);

/** The same within a shell script, where `CLI` stands for the command. */
export const runScript = (script: string, options: BinaryOptions): Promise<CliRun> =>
  run("/bin/sh", ["-c", script.replaceAll("CLI", `'${process.execPath}' '${MAIN}'`)], options);

function run(command: string, args: readonly string[], { cwd, env, uid }: BinaryOptions): Promise<CliRun> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd, env: { PATH: process.env.PATH, ...env }, ...(uid === undefined ? {} : { uid }) },
      (_, stdout, stderr) => resolve({ stdout, stderr, status: child.exitCode ?? -1 }),
    );
  });
}
