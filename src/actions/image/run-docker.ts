import { execa } from "execa";
import { PrefectFargateError } from "#errors";
import type { DockerCommand } from "./docker-commands.ts";

const LAST_LINES = 15;

export interface RunDockerOptions {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `docker` and gives what it printed.
 *
 * @throws DOCKER_MISSING, DOCKER_NOT_RUNNING, IMAGE_BUILD_FAILED, IMAGE_PUSH_FAILED
 */
export async function runDocker(
  { does, args }: DockerCommand,
  { env, input = "", signal }: RunDockerOptions,
): Promise<string> {
  const result = await execa("docker", [...args], {
    env,
    extendEnv: false,
    input,
    reject: false,
    all: true,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (!result.failed) return result.stdout;
  if (result.code === "ENOENT") throw dockerMissing();
  const said = result.all.split("\n").filter((line) => line.trim() !== "");
  if (said.some((line) => /Cannot connect to the Docker daemon|daemon is not running/i.test(line)))
    throw new PrefectFargateError(
      "DOCKER_NOT_RUNNING",
      "Docker is installed, and its engine is not running.",
      {
        source: "environment",
        hint: "Start Docker (sudo systemctl start docker, or Docker Desktop), then run this again.",
      },
    );
  throw new PrefectFargateError(
    does === "build" ? "IMAGE_BUILD_FAILED" : "IMAGE_PUSH_FAILED",
    `docker ${args[0]} ended with ${result.signal ?? `status ${result.exitCode}`}: ${said.at(-1) ?? "it said nothing."}`,
    { source: "environment", details: said.slice(-LAST_LINES), hint: `docker ${args.join(" ")}` },
  );
}

export const dockerMissing = (): PrefectFargateError =>
  new PrefectFargateError(
    "DOCKER_MISSING",
    "There is no Docker on this machine, and an image cannot be built without.",
    {
      hint: "Install it (https://docs.docker.com/engine/install), or write the Dockerfile and the commands for another machine: prefect-fargate image build --out image",
    },
  );
