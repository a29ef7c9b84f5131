/**
 * The Prefect releases that templates and API types are taken from, and how to run Python against one of them.
 * They are the versions the worker's image installs, so that what we send is what that worker understands.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type PrefectMajor = 2 | 3;

/** `fastapi` is pinned because Prefect 3.8's server does not start on releases after 0.153. */
const PINS: Record<PrefectMajor, readonly string[]> = {
  2: ["prefect==2.20.26", "prefect-aws==0.4.20"],
  3: ["prefect==3.8.8", "prefect-aws==0.7.12", "fastapi==0.139.2"],
};

export const prefectMajors: readonly PrefectMajor[] = [2, 3];

/**
 * Runs a Python program against that release and gives what it printed on standard output.
 * Needs `uv` on the PATH, or its path in the variable `UV`.
 */
export function runWithPrefect(major: PrefectMajor, program: string): string {
  const home = mkdtempSync(join(tmpdir(), "prefect-release-"));
  try {
    const withPins = PINS[major].flatMap((pin) => ["--with", pin]);
    return execFileSync(
      process.env.UV ?? "uv",
      ["run", "--quiet", "--no-project", "--isolated", ...withPins, "python", "-c", program],
      {
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, PREFECT_HOME: home, DO_NOT_TRACK: "1" },
      },
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
