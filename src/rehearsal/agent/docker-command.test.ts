import { describe, expect, it } from "vitest";
import { clientEnvironment, dockerCreateArguments, environmentFile } from "./docker-command.ts";
import type { ContainerSpec } from "./driver.ts";

const spec: ContainerSpec = {
  id: "0123-worker",
  taskArn: "arn:aws:ecs:us-east-1:000000000000:task/c/0123",
  name: "worker",
  image: { reference: "prefecthq/prefect:2-latest", environment: {}, entryPoint: [] },
  command: ["prefect", "worker", "start", "--pool", "ecs work pool"],
  environment: { PREFECT_API_KEY: "canary", KEY_FILE: "-----\ncanary\n-----" },
  directory: "/agent/tasks/0123/worker",
  temporaryDirectory: "/tmp/fargate-0123",
  stopTimeoutSeconds: 60,
  onOutput: async () => {},
};
const options = { owner: "/agent", environmentFile: "/agent/tasks/0123/worker/env", mounts: [] };

describe("dockerCreateArguments", () => {
  it("is one command line for the container", () => {
    expect(dockerCreateArguments(spec, options)).toMatchInlineSnapshot(`
      [
        "create",
        "--name",
        "prefect-fargate-0123-worker",
        "--label",
        "prefect-fargate.agent=/agent",
        "--label",
        "com.amazonaws.ecs.task-arn=arn:aws:ecs:us-east-1:000000000000:task/c/0123",
        "--pull",
        "never",
        "--network",
        "host",
        "--log-driver",
        "local",
        "--env-file",
        "/agent/tasks/0123/worker/env",
        "--env",
        "KEY_FILE",
        "--stop-timeout",
        "60",
        "prefecthq/prefect:2-latest",
        "prefect",
        "worker",
        "start",
        "--pool",
        "ecs work pool",
      ]
    `);
  });

  it("has the memory limit without swap, the working directory and the folders", () => {
    const args = dockerCreateArguments(
      { ...spec, memoryMiB: 1024, workingDirectory: "/opt/prefect/flows" },
      { ...options, mounts: ["/home/me/flows"] },
    );
    expect(args.join(" ")).toContain("--memory 1024m --memory-swap 1024m --workdir /opt/prefect/flows");
    expect(args.join(" ")).toContain("--volume /home/me/flows:/home/me/flows");
  });

  it("puts the rest of an entry point in front of the command", () => {
    const args = dockerCreateArguments(
      { ...spec, entryPoint: ["/bin/sh", "-c"], command: ["exit 3"] },
      options,
    );
    expect(args.slice(-5)).toEqual(["--entrypoint", "/bin/sh", "prefecthq/prefect:2-latest", "-c", "exit 3"]);
  });

  it("keeps every value out of the arguments", () => {
    expect(dockerCreateArguments(spec, options).join(" ")).not.toContain("canary");
  });
});

describe("environment", () => {
  it("goes by file where it fits a line, and by the client's environment where it does not", () => {
    expect(environmentFile(spec.environment)).toBe("PREFECT_API_KEY=canary\n");
    expect(clientEnvironment(spec.environment)).toEqual({ KEY_FILE: "-----\ncanary\n-----" });
  });
});
