import { execFile, spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import {
  clientEnvironment,
  containerName,
  dockerCreateArguments,
  environmentFile,
  OWNER_LABEL,
} from "./docker-command.ts";
import type { ContainerExit, ContainerSpec, Driver, RunningContainer } from "./driver.ts";
import { cannotStartContainer, OUT_OF_MEMORY, TaskStartFailure } from "./stop-reasons.ts";

export interface DockerDriverOptions {
  /** The agent's folder; its containers carry it as a label. */
  readonly dir: string;
  /** @default "docker" in the PATH */
  readonly docker?: string;
  /** Folders of this machine that tasks see at the same place. @default - none */
  readonly mounts?: readonly string[];
}

/** Docker itself failed while the container ran: nobody knows its exit code. */
const DOCKER_LOST = 255;

const run = promisify(execFile);

/**
 * Runs a container with Docker, from the real image, on machines that have it. The memory limit and the end of
 * everything in the container are Docker's work there.
 */
export function dockerDriver({ dir, docker = "docker", mounts = [] }: DockerDriverOptions): Driver {
  return {
    async pull(reference) {
      await run(docker, ["pull", "--quiet", reference]).catch((error) => {
        throw new TaskStartFailure(`CannotPullContainerError: ${words(error)}`);
      });
      return { reference, environment: {}, entryPoint: [] };
    },

    async start(spec) {
      await create(docker, spec, { owner: dir, mounts });
      const name = containerName(spec);
      await run(docker, ["start", name]).catch(async (error) => {
        await run(docker, ["rm", "--force", "--volumes", name]);
        throw cannotStartContainer(words(error));
      });
      return new DockerContainer(docker, spec);
    },
  };
}

/** The file with the variables, secrets among them, is there only while Docker reads it. */
async function create(
  docker: string,
  spec: ContainerSpec,
  options: { owner: string; mounts: readonly string[] },
) {
  const file = path.join(spec.directory, "environment");
  await mkdir(spec.directory, { recursive: true, mode: 0o700 });
  await writeFile(file, environmentFile(spec.environment), { mode: 0o600 });
  const args = dockerCreateArguments(spec, { ...options, environmentFile: file });
  try {
    await run(docker, args, { env: { ...process.env, ...clientEnvironment(spec.environment) } });
  } catch (error) {
    throw cannotStartContainer(words(error as Error));
  } finally {
    await rm(file, { force: true });
  }
}

class DockerContainer implements RunningContainer {
  readonly runtimeId: string;
  readonly exited: Promise<ContainerExit>;
  readonly #docker: string;
  readonly #spec: ContainerSpec;
  #stopping = false;

  constructor(docker: string, spec: ContainerSpec) {
    this.#docker = docker;
    this.#spec = spec;
    this.runtimeId = containerName(spec);
    this.exited = this.#live().catch((error) => ({ exitCode: DOCKER_LOST, reason: words(error) }));
  }

  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#tell("stop", this.runtimeId);
  }

  kill(): void {
    this.#tell("kill", this.runtimeId);
  }

  async check(argv: readonly string[], timeoutMs: number): Promise<boolean> {
    return run(this.#docker, ["exec", this.runtimeId, ...argv], { timeout: timeoutMs }).then(
      () => true,
      () => false,
    );
  }

  /** Docker keeps its containers to their limits by itself. */
  async memoryBytes(): Promise<undefined> {
    return undefined;
  }

  async #live(): Promise<ContainerExit> {
    const logs = spawn(this.#docker, ["logs", "--follow", this.runtimeId], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = Promise.all([this.#read("stdout", logs.stdout), this.#read("stderr", logs.stderr)]);
    const { stdout: exitCode } = await run(this.#docker, ["wait", this.runtimeId]);
    await output;
    const { stdout } = await run(this.#docker, [
      "inspect",
      "--format",
      "{{.State.OOMKilled}}",
      this.runtimeId,
    ]);
    await run(this.#docker, ["rm", "--force", "--volumes", this.runtimeId]);
    return { exitCode: Number(exitCode), ...(stdout.trim() === "true" && { reason: OUT_OF_MEMORY }) };
  }

  async #read(name: "stdout" | "stderr", stream: Readable): Promise<void> {
    for await (const chunk of stream) await this.#spec.onOutput(name, chunk);
  }

  /** A container that is gone already needs no telling. */
  #tell(...args: string[]): void {
    run(this.#docker, args).catch(() => {});
  }
}

/** Docker's own words about a failure. */
function words(error: { stderr?: string; message: string }): string {
  return (error.stderr || error.message).trim();
}

/** Removes the containers that an agent on `dir` left when it was killed. Returns how many. */
export async function reapContainers(dir: string, docker = "docker"): Promise<number> {
  const { stdout } = await run(docker, ["ps", "--all", "--quiet", "--filter", `label=${OWNER_LABEL}=${dir}`]);
  const ids = stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await run(docker, ["rm", "--force", ...ids]);
  return ids.length;
}
