import { execa } from "execa";
import { packagePath } from "#package";
import type { Stage } from "./stage.ts";

/** Runs a command line of ours in a process of its own, with the credentials of one role. */
export async function runAs(
  stage: Stage,
  credentials: Readonly<Record<string, string>>,
  argv: readonly string[],
): Promise<{ status: number; log: string }> {
  const { exitCode, all } = await execa(process.execPath, [packagePath("src", "cli", "main.ts"), ...argv], {
    cwd: stage.dir,
    env: { ...stage.env, ...credentials },
    extendEnv: false,
    all: true,
    reject: false,
  });
  return { status: exitCode ?? -1, log: all ?? "" };
}
