import { describe, expect, it } from "vitest";
import { type FlowRunTask, hostTaskOf, misplacements } from "./flow-run-task.ts";
import type { System, SystemWorker } from "./system.ts";

const worker: SystemWorker = {
  worker_type: "ecs",
  service_name: "dev-worker",
  service_arn: "arn:service",
  task_definition_arn: "arn:definition",
  task_role_arn: "arn:worker-role",
  flow_task_role_arn: "arn:flow-role",
  security_group_id: "sg-worker",
  flow_security_group_id: "sg-flows",
  worker_log_group: "/prefect/dev-worker/worker",
  flow_log_group: "/prefect/dev-worker/flow-runs",
  work_pool: "ecs-work-pool",
  base_job_template: "{}",
};
const system: System = {
  region: "us-east-1",
  cluster_name: "prefect-cluster",
  cluster_arn: "arn:cluster/prefect-cluster",
  vpc_id: "vpc-1",
  subnet_ids: ["subnet-a", "subnet-b"],
  api_key_secret_arn: "arn:secret",
  execution_role_arn: "arn:execution-role",
  workers: { "dev-worker": worker },
  services: {},
  load_balancers: {},
  scaling: {},
};
const wellPlaced: FlowRunTask = {
  taskArn: "arn:task",
  clusterArn: "arn:cluster/prefect-cluster",
  group: "family:prefect_ecs-work-pool_1",
  subnetId: "subnet-b",
  securityGroupIds: ["sg-flows"],
  taskRoleArn: "arn:flow-role",
  executionRoleArn: "arn:execution-role",
  overriddenVariables: ["PREFECT_API_URL"],
  secrets: { PREFECT_API_KEY: "arn:secret" },
};

describe("misplacements", () => {
  it("finds nothing in a task that ran where it should", () => {
    expect(misplacements(wellPlaced, system, worker)).toEqual([]);
  });

  it.each<[string, Partial<FlowRunTask>, RegExp]>([
    ["another cluster", { clusterArn: "arn:cluster/default" }, /It ran in cluster arn:cluster\/default/],
    ["a subnet of another network", { subnetId: "subnet-z" }, /It ran in subnet subnet-z/],
    ["no subnet at all", { subnetId: undefined }, /It ran in subnet undefined/],
    ["the default security group", { securityGroupIds: ["sg-default"] }, /security groups sg-default/],
    [
      "one security group too many",
      { securityGroupIds: ["sg-flows", "sg-x"] },
      /security groups sg-flows, sg-x/,
    ],
    ["the worker's own role", { taskRoleArn: "arn:worker-role" }, /task role arn:worker-role/],
    ["no execution role", { executionRoleArn: undefined }, /execution role undefined/],
    [
      "the key in the open",
      { overriddenVariables: ["PREFECT_API_KEY"] },
      /stands in clear in its RunTask overrides/,
    ],
    ["the key of another secret", { secrets: { PREFECT_API_KEY: "arn:other" } }, /came from arn:other/],
    ["no key", { secrets: {} }, /came from nowhere/],
  ])("names %s", (_what, difference, sentence) => {
    const problems = misplacements({ ...wellPlaced, ...difference }, system, worker);
    expect(problems).toEqual([expect.stringMatching(sentence)]);
  });
});

describe("a run inside a process worker", () => {
  const inside: SystemWorker = { ...worker, worker_type: "process" };
  const hosted: FlowRunTask = {
    ...wellPlaced,
    group: "service:dev-worker",
    securityGroupIds: ["sg-worker"],
    taskRoleArn: "arn:worker-role",
  };
  const id = "0123456789abcdef0123456789abcdef";

  it("is in place in a task of the worker's service, with the worker's role and security group", () => {
    expect(misplacements(hosted, system, inside)).toEqual([]);
    expect(misplacements({ ...hosted, group: "family:other" }, system, inside)).toEqual([
      "It ran in task arn:task, which is none of service dev-worker.",
    ]);
    expect(misplacements({ ...hosted, taskRoleArn: "arn:flow-role" }, system, inside)).toHaveLength(1);
  });

  it.each([
    ["by the worker's name, with Prefect 3", { workerName: `dev-worker-${id}`, infrastructurePid: "17" }, id],
    ["by the host, with Prefect 2", { workerName: undefined, infrastructurePid: `${id}:17` }, id],
    [
      "not at all on another host",
      { workerName: undefined, infrastructurePid: "laptop.local:17" },
      undefined,
    ],
    ["not at all before it is taken", { workerName: undefined, infrastructurePid: undefined }, undefined],
  ])("is found %s", (_, run, task) => {
    expect(hostTaskOf(run)).toBe(task);
  });
});
