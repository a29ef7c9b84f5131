import { afterEach, expect, test } from "vitest";
import { json, type ScriptedServer, scriptedServer } from "../../../test/helpers/scripted-server.ts";
import { type AwsClients, awsClients } from "../aws-clients.ts";
import type { System } from "../system.ts";
import { findShellTarget } from "./find-task.ts";
import { findShellSubject } from "./shell-subject.ts";

let server: ScriptedServer | undefined;
let aws: AwsClients | undefined;
afterEach(async () => {
  aws?.close();
  await server?.stop();
});

const ARN = "arn:aws:ecs:us-east-1:111122223333:task/prefect-cluster";
const system = {
  cluster_name: "prefect-cluster",
  workers: { "dev-worker": { service_name: "dev-worker" } },
  services: { webhooks: { service_name: "webhooks" } },
} as unknown as System;
const task = (id: string, startedAt: number, more: object = {}) => ({
  taskArn: `${ARN}/${id}`,
  lastStatus: "RUNNING",
  enableExecuteCommand: true,
  startedAt,
  containers: [{ name: "prefect-worker", runtimeId: `${id}-runtime`, managedAgents: [agent("RUNNING")] }],
  ...more,
});
const agent = (lastStatus: string, reason?: string) => ({ name: "ExecuteCommandAgent", lastStatus, reason });

async function find(tasks: readonly object[], taskId?: string, name?: string) {
  server = await scriptedServer(
    json({ taskArns: tasks.map((item) => (item as { taskArn: string }).taskArn) }),
    json({ tasks }),
  );
  aws = awsClients("us-east-1", {
    AWS_ENDPOINT_URL: server.origin,
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
  });
  return findShellTarget(aws, system, findShellSubject(system, name), taskId);
}

test("the newest running task, named as Session Manager does", async () => {
  expect(await find([task("old", 1), task("new", 2)])).toEqual({
    taskId: "new",
    container: "prefect-worker",
    target: "ecs:prefect-cluster_new_new-runtime",
  });
});

test("the task whose id begins as asked", async () => {
  expect(await find([task("aaa1", 1), task("bbb2", 2)], "aaa")).toMatchObject({ taskId: "aaa1" });
});

test("a service's container is that of the service", async () => {
  const containers = [{ name: "service", runtimeId: "abc-runtime", managedAgents: [agent("RUNNING")] }];
  expect(await find([task("abc", 1, { containers })], undefined, "webhooks")).toEqual({
    taskId: "abc",
    container: "service",
    target: "ecs:prefect-cluster_abc_abc-runtime",
  });
});

test("a service whose tasks were started without Exec is told with the service's own field", async () => {
  await expect(
    find([task("abc", 1, { enableExecuteCommand: false })], undefined, "webhooks"),
  ).rejects.toMatchObject({
    code: "EXEC_OFF",
    hint: expect.stringContaining('services: { "webhooks": { exec: true } }'),
  });
});

test("a name that nobody has is answered with those that there are", () => {
  expect(() => findShellSubject(system, "webhook")).toThrow(
    expect.objectContaining({
      code: "EXEC_OF_NOBODY",
      details: ["workers: dev-worker", "services: webhooks"],
    }),
  );
});

test("a task that does not run yet is told, not taken", async () => {
  await expect(find([task("abc", 1, { lastStatus: "PENDING" })])).rejects.toMatchObject({
    code: "EXEC_NO_TASK",
    details: ["task abc: PENDING"],
  });
});

test("tasks that were started without Exec say how to switch it on", async () => {
  await expect(find([task("abc", 1, { enableExecuteCommand: false })])).rejects.toMatchObject({
    code: "EXEC_OFF",
    hint: expect.stringContaining('workers: { "dev-worker": { exec: true } }'),
  });
});

test("an agent that could not start is told in AWS's words", async () => {
  const containers = [
    { name: "prefect-worker", managedAgents: [agent("STOPPED", "Session Manager Agent exited")] },
  ];
  await expect(find([task("abc", 1, { containers })])).rejects.toMatchObject({
    code: "EXEC_AGENT_DOWN",
    details: ["AWS said: Session Manager Agent exited"],
  });
});
