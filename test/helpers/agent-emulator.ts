import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import getPort from "get-port";
import { preparePython } from "#rehearsal/python.ts";
import { silentReporter } from "#reporter";

const MAIN = fileURLToPath(new URL("../../emulator/main.py", import.meta.url));
const START_PATIENCE_MS = 30_000;

export interface TestEmulator {
  readonly url: string;
  stop(): Promise<void>;
}

/** The emulated AWS by itself, writing below `dir` only. */
export async function startTestEmulator(dir: string, args: readonly string[] = []): Promise<TestEmulator> {
  const python = await (await preparePython(silentReporter)).environment("emulator");
  const port = await getPort({ host: "127.0.0.1" });
  const instanceId = randomUUID();
  const child = spawn(
    python.python,
    [MAIN, "--dir", dir, "--port", String(port), "--instance-id", instanceId, "--exit-with-stdin", ...args],
    { stdio: ["pipe", "ignore", "pipe"], env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: dir } },
  );
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors = (errors + chunk).slice(-4000);
  });
  const exited = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + START_PATIENCE_MS; ; await sleep(50)) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The emulator did not start: ${errors}`);
    const identity = await fetch(`${url}/_prefect_fargate/identity`).then(
      (response) => response.json() as Promise<{ instanceId?: string }>,
      () => undefined,
    );
    if (identity?.instanceId === instanceId) break;
  }
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
