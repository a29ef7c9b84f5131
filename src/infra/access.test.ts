import { describe, expect, test } from "vitest";
import { synthesizedModule } from "../../test/helpers/terraform-modules.ts";

const executionRole = synthesizedModule("task-execution-role");
const apiKey = synthesizedModule("api-key");
const worker = synthesizedModule("worker");

describe("the task execution role", () => {
  test("ECS has it, on no condition that AWS does not document for it", () => {
    const trust = executionRole.resource("aws_iam_role").assume_role_policy as string;
    expect(trust).toContain('"Service" = "ecs-tasks.amazonaws.com"');
    expect(trust).not.toContain("Condition");
  });

  test("it reads the one secret and no other", () => {
    const { policy } = executionRole.resource("aws_iam_role_policy") as { policy: string };
    expect(policy).toContain('"Action" = "secretsmanager:GetSecretValue", "Resource" = var.secret_arns');
    expect(policy).not.toContain('"*"');
  });

  test("what uses it waits until its policies are attached", () => {
    expect(executionRole.output("arn").depends_on).toEqual([
      "${aws_iam_role_policy_attachment.managed}",
      "${aws_iam_role_policy.read_secret}",
    ]);
  });
});

describe("the API key", () => {
  test("is write-only, ephemeral and sensitive", () => {
    expect(apiKey.json).toMatchObject({ variable: { api_key: { ephemeral: true, sensitive: true } } });
    const version = apiKey.resource("aws_secretsmanager_secret_version");
    expect(version).toMatchObject({ secret_string_wo: "${var.api_key}" });
    expect(version).not.toHaveProperty("secret_string");
  });

  test("what uses the secret waits until the key is in it", () => {
    expect(apiKey.output("secret_arn").depends_on).toEqual(["${aws_secretsmanager_secret_version.this}"]);
  });
});

describe("the worker's role", () => {
  const { policy } = worker.resource("aws_iam_role_policy") as { policy: string };
  const statement = (sid: string) =>
    policy.match(new RegExp(`\\{"Sid" = "${sid}".*?\\}(?=, \\{"Sid"|\\])`))?.[0] ?? "";

  test("runs tasks in its cluster only", () => {
    expect(statement("RunFlows")).toContain(
      '"Condition" = {"ArnEquals" = {"ecs:cluster" = var.cluster_arn}}',
    );
    expect(statement("WatchAndStopFlows")).toContain('{"ecs:cluster" = var.cluster_arn}');
  });

  test("hands on the two roles of flow runs, to ECS tasks only", () => {
    expect(statement("HandRolesToFlows")).toContain(
      '"Resource" = concat([aws_iam_role.flow_run.arn, var.execution_role_arn], [for name in local.pool_owner : format("%s-%s-flow-task-role"',
    );
    expect(statement("HandRolesToFlows")).toContain(
      '"Condition" = {"StringEquals" = {"iam:PassedToService" = "ecs-tasks.amazonaws.com"}}',
    );
  });

  test("tags tasks only as it starts them", () => {
    expect(statement("TagFlowsAsTheyStart")).toContain('{"ecs:CreateAction" = "RunTask"}');
  });

  test("names every resource but where AWS has none to name", () => {
    const unscoped = [...policy.matchAll(/"Sid" = "(\w+)"[^{]*?"Resource" = "\*"/g)].map(([, sid]) => sid);
    expect(unscoped).toEqual(["DefineFlowTasks", "CheckSubnets", "OpenShell"]);
  });

  test("lets a shell be opened only where that was asked for", () => {
    expect(policy).toContain('var.enable_execute_command ? [{"Sid" = "OpenShell"');
  });

  test("reads its own queue, with Prefect 3", () => {
    expect(policy).toContain("var.prefect_version == 3 ? [");
    expect(statement("ReceiveTaskEvents")).toContain('"Resource" = aws_sqs_queue.task_events[*].arn');
  });

  test("calls nothing that prefect-aws does not call", () => {
    const actions = [...policy.matchAll(/"((?:ecs|ec2|iam|logs|sqs):\w+)"/g)].map(([, action]) => action);
    expect(
      actions
        .filter(
          (action) =>
            action !== "ecs:cluster" && action !== "ecs:CreateAction" && action !== "iam:PassedToService",
        )
        .sort(),
    ).toEqual([
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      "ecs:DescribeTaskDefinition",
      "ecs:DescribeTasks",
      "ecs:RegisterTaskDefinition",
      "ecs:RunTask",
      "ecs:StopTask",
      "ecs:TagResource",
      "iam:PassRole",
      "logs:GetLogEvents",
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueUrl",
      "sqs:ReceiveMessage",
    ]);
  });
});

describe("security groups", () => {
  test("nobody can connect to worker or flow runs", () => {
    expect(worker.resourceTypes).not.toContain("aws_vpc_security_group_ingress_rule");
    for (const group of Object.values(worker.resources("aws_security_group")))
      expect(group).not.toHaveProperty("ingress");
  });

  test("the worker reaches port 443 and the API's own port", () => {
    const { worker: rule } = worker.resources("aws_vpc_security_group_egress_rule");
    expect(rule).toMatchObject({
      for_each: '${toset(["443", local.api_port])}',
      ip_protocol: "tcp",
      from_port: "${each.key}",
      to_port: "${each.key}",
    });
  });

  test("flow runs reach what the config allows, on every port", () => {
    const { flow_run: rule } = worker.resources("aws_vpc_security_group_egress_rule");
    expect(rule).toMatchObject({ for_each: "${toset(var.flow_egress_cidrs)}", ip_protocol: "-1" });
    expect(rule).not.toHaveProperty("from_port");
  });
});
