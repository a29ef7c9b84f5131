import { describe, expect, it } from "vitest";
import { noLogs } from "./awslogs.ts";
import { containerSpec } from "./container-spec.ts";
import type { FargateTask } from "./fargate-task.ts";

const task: FargateTask = {
  taskArn: "arn:aws:ecs:us-east-1:000000000000:task/prefect-cluster/0123456789abcdef",
  clusterArn: "arn:aws:ecs:us-east-1:000000000000:cluster/prefect-cluster",
  taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/worker:1",
  region: "us-east-1",
  lastStatus: "PENDING",
  desiredStatus: "RUNNING",
  memory: "1024",
  definition: {},
};
const place = {
  directory: "/agent/tasks/0123456789ab/worker",
  temporaryDirectory: "/tmp/fargate-0123456789ab",
  metadataUri: "http://127.0.0.1:1/v4/x",
  agentUri: "http://127.0.0.1:1/api/y",
  endpointUrl: "http://127.0.0.1:2",
};

function spec(definition: object, overrides: FargateTask["overrides"] = {}) {
  const image = { reference: "prefecthq/prefect:2-latest", environment: {}, entryPoint: ["/entrypoint.sh"] };
  const parts = { definition: { name: "worker", ...definition }, image, secrets: {}, logs: noLogs };
  return containerSpec({ ...task, overrides }, parts, place);
}

describe("containerSpec", () => {
  it("takes the override's command for the definition's, an empty one for none", () => {
    const definition = { command: ["prefect", "worker", "start"] };
    const override = (command: string[]) => ({ containerOverrides: [{ name: "worker", command }] });
    expect(spec(definition).command).toEqual(["prefect", "worker", "start"]);
    expect(spec(definition, override([])).command).toEqual(["prefect", "worker", "start"]);
    expect(spec(definition, override(["prefect", "flow-run", "execute"])).command).toEqual([
      "prefect",
      "flow-run",
      "execute",
    ]);
  });

  it("leaves another container's override alone", () => {
    const overrides = { containerOverrides: [{ name: "other", command: ["no"] }] };
    expect(spec({ command: ["yes"] }, overrides).command).toEqual(["yes"]);
  });

  it("has an entry point only when the definition has one", () => {
    expect(spec({}).entryPoint).toBeUndefined();
    expect(spec({ entryPoint: [] }).entryPoint).toBeUndefined();
    expect(spec({ entryPoint: ["sh", "-c"] }).entryPoint).toEqual(["sh", "-c"]);
  });

  it("waits 30 s for a stop by default, and never longer than Fargate's 120 s", () => {
    expect(spec({}).stopTimeoutSeconds).toBe(30);
    expect(spec({ stopTimeout: 2 }).stopTimeoutSeconds).toBe(2);
    expect(spec({ stopTimeout: 500 }).stopTimeoutSeconds).toBe(120);
  });

  it("limits a container without a limit of its own to what the task has", () => {
    expect(spec({}).memoryMiB).toBe(1024);
    expect(spec({ memory: 256 }).memoryMiB).toBe(256);
    expect(spec({ memory: 256 }, { containerOverrides: [{ name: "worker", memory: 512 }] }).memoryMiB).toBe(
      512,
    );
    expect(spec({}, { memory: "2048" }).memoryMiB).toBe(2048);
  });
});
