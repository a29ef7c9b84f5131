import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { PythonEnvironment } from "#rehearsal/python.ts";

export interface RunningWorker {
  /** Everything it wrote so far. */
  output(): string;
  /** Lines of its log that tell of trouble. */
  complaints(): string[];
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts a real worker as a container would: only this environment, a folder and a process group of its own. */
export function startWorker(
  python: PythonEnvironment,
  dir: string,
  args: readonly string[],
  env: Record<string, string>,
): RunningWorker {
  const child: ChildProcess = spawn(join(python.bin, "prefect"), ["worker", "start", ...args], {
    cwd: dir,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: `${python.bin}:/usr/bin:/bin`,
      HOME: dir,
      PREFECT_HOME: dir,
      PREFECT_WORKER_QUERY_SECONDS: "1",
      DO_NOT_TRACK: "1",
      NO_COLOR: "1",
      PYTHONUNBUFFERED: "1",
      ...env,
    },
  });
  let written = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      written += text;
    });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid ?? 0), name);
    } catch {
      // It is gone.
    }
  };
  return {
    output: () => written,
    complaints: () => written.split("\n").filter((line) => /WARN|ERROR|CRITICAL|Traceback/.test(line)),
    exited,
    stop: async () => {
      signal("SIGTERM");
      const hurry = setTimeout(() => signal("SIGKILL"), 5_000);
      await exited.finally(() => clearTimeout(hurry));
      signal("SIGKILL");
    },
  };
}
