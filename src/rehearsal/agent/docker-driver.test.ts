import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dockerDriver, reapContainers } from "./docker-driver.ts";
import type { ContainerSpec } from "./driver.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "docker-driver-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Docker is not on every machine: a program that notes how it was called and answers like Docker. */
async function recordingDocker(answers: Record<string, string>): Promise<string> {
  const cases = Object.entries(answers).map(([command, script]) => `${command}) ${script};;`);
  const program = path.join(dir, "docker");
  const envFile = `case "$*" in *--env-file*) cp "$(echo "$*" | sed 's/.*--env-file \\([^ ]*\\).*/\\1/')" ${dir}/seen-environment;; esac`;
  await writeFile(
    program,
    `#!/bin/sh\necho "$1" >> ${dir}/calls\n${envFile}\ncase "$1" in\n${cases.join("\n")}\nesac\n`,
  );
  await chmod(program, 0o755);
  return program;
}
const calls = async () => (await readFile(path.join(dir, "calls"), "utf8")).trim().split("\n");

function spec(onOutput: ContainerSpec["onOutput"] = async () => {}): ContainerSpec {
  return {
    id: "0123-worker",
    taskArn: "arn:aws:ecs:us-east-1:000000000000:task/c/0123",
    name: "worker",
    image: { reference: "prefecthq/prefect:2-latest", environment: {}, entryPoint: [] },
    command: ["prefect", "version"],
    environment: { PREFECT_API_KEY: "canary" },
    directory: path.join(dir, "worker"),
    temporaryDirectory: path.join(dir, "tmp"),
    stopTimeoutSeconds: 30,
    onOutput,
  };
}

describe("dockerDriver", () => {
  it("creates, starts, reads, awaits and removes a container, and leaves no secret on disk", async () => {
    const docker = await recordingDocker({
      logs: "echo out; echo err >&2",
      wait: "echo 3",
      inspect: "echo false",
    });
    const output: string[] = [];
    const container = await dockerDriver({ dir, docker }).start(
      spec(async (stream, chunk) => void output.push(`${stream} ${chunk}`)),
    );
    expect(await container.exited).toEqual({ exitCode: 3 });
    expect(output.sort()).toEqual(["stderr err\n", "stdout out\n"]);
    const [created, started, ...others] = await calls();
    expect([created, started]).toEqual(["create", "start"]);
    expect(others.slice(0, 2).sort()).toEqual(["logs", "wait"]);
    expect(others.slice(2)).toEqual(["inspect", "rm"]);
    expect(await readFile(path.join(dir, "seen-environment"), "utf8")).toBe("PREFECT_API_KEY=canary\n");
    await expect(readFile(path.join(dir, "worker", "environment"))).rejects.toThrow("ENOENT");
  });

  it("reports a container killed for its memory in AWS's words", async () => {
    const docker = await recordingDocker({ wait: "echo 137", inspect: "echo true" });
    const container = await dockerDriver({ dir, docker }).start(spec());
    expect(await container.exited).toEqual({
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
  });

  it("quotes Docker when an image cannot be pulled or a container cannot be started", async () => {
    const docker = await recordingDocker({
      pull: "echo 'manifest unknown' >&2; exit 1",
      start: "echo 'exec: no such file' >&2; exit 1",
    });
    const driver = dockerDriver({ dir, docker });
    await expect(driver.pull("x", {})).rejects.toThrow("CannotPullContainerError: manifest unknown");
    await expect(driver.start(spec())).rejects.toThrow("CannotStartContainerError: exec: no such file");
    expect(await calls()).toEqual(["pull", "create", "start", "rm"]);
  });
});

describe("reapContainers", () => {
  it("removes what carries the folder's label, and asks for nothing else", async () => {
    const docker = await recordingDocker({
      ps: `test "$5" = label=prefect-fargate.agent=${dir} && echo one && echo two`,
    });
    expect(await reapContainers(dir, docker)).toBe(2);
    expect(await calls()).toEqual(["ps", "rm"]);
  });
});
