import { describe, expect, test } from "vitest";
import type { JsonObject } from "#terraform/hcl.ts";
import { synthesizedModule } from "../../test/helpers/terraform-modules.ts";

const worker = synthesizedModule("worker");
const task = worker.resource("aws_ecs_task_definition");
const { worker: service, scaled } = worker.resources("aws_ecs_service") as Record<
  "worker" | "scaled",
  JsonObject
>;
const locals = worker.json.locals as Record<string, string>;

describe("the task definition", () => {
  const container = task.container_definitions as string;

  test("is a Fargate task with the worker's size and both roles", () => {
    expect(task).toMatchObject({
      requires_compatibilities: ["FARGATE"],
      network_mode: "awsvpc",
      cpu: "${var.cpu}",
      memory: "${var.memory_mib}",
      execution_role_arn: "${var.execution_role_arn}",
      task_role_arn: "${aws_iam_role.worker.arn}",
      runtime_platform: { operating_system_family: "LINUX", cpu_architecture: "${var.cpu_architecture}" },
    });
  });

  test("keeps the image's entrypoint, which installs packages and passes signals on", () => {
    expect(container).not.toContain("entryPoint");
  });

  test("gets the key by reference, never in its environment", () => {
    expect(container).toContain(
      '"secrets" = [for name, value in local.credentials : { name = name, valueFrom = value }]',
    );
    expect(locals.credentials).toContain(
      '{"PREFECT_API_KEY" = var.api_key_secret_arn, "PREFECT_API_AUTH_STRING" = var.auth_string_secret_arn}',
    );
    expect(locals.settings).not.toHaveProperty("PREFECT_API_KEY");
  });

  test("tells Prefect's API, and the account and workspace where there are any", () => {
    expect(locals.settings).toMatchObject({
      PREFECT_API_URL: "${var.prefect_api_url}",
      PREFECT_ACCOUNT_ID: "${var.prefect_account_id}",
      PREFECT_WORKSPACE_ID: "${var.prefect_workspace_id}",
    });
    expect(locals.environment).toContain('if value != null && value != ""');
  });

  test("a single worker bears its name, several the name of their task too", () => {
    expect(locals.start_worker).toContain(
      '["prefect", "worker", "start", "--pool", var.work_pool, "--name", var.name, "--type", "ecs", "--with-healthcheck"]',
    );
    expect(locals.start_named_worker).toContain(
      String.raw`name=\"$1-$task\"; shift; exec prefect worker start --pool \"$0\" --name \"$name\"`,
    );
    expect(container).toContain(
      "coalesce(var.most_tasks, var.desired_count) <= 1 ? local.start_worker : local.start_named_worker",
    );
  });

  test("is checked on its own loopback address, on the port that its settings say", () => {
    expect(container).toContain("http://127.0.0.1:$${PREFECT_WORKER_WEBSERVER_PORT:-8080}/health");
  });

  test("asks for a disk only beyond what every task has", () => {
    expect(task.dynamic).toEqual({
      ephemeral_storage: {
        for_each: "${var.ephemeral_storage_gib > 20 ? [true] : []}",
        content: { size_in_gib: "${var.ephemeral_storage_gib}" },
      },
    });
  });

  test("serves the queues that are given", () => {
    expect(locals.start_worker).toContain(
      'flatten([for queue in var.work_queues : ["--work-queue", queue]])',
    );
  });

  test("a new revision is there before the old one goes: a rollback needs it", () => {
    expect(task).toMatchObject({ lifecycle: { create_before_destroy: true } });
  });
});

describe("the service", () => {
  test("runs on Fargate without public addresses by default, and rolls back a bad deployment", () => {
    expect(service).toMatchObject({
      launch_type: '${length(var.capacity_provider_strategy) == 0 ? "FARGATE" : null}',
      network_configuration: { subnets: "${var.subnet_ids}", assign_public_ip: "${var.assign_public_ip}" },
      deployment_circuit_breaker: { enable: true, rollback: true },
    });
    expect(worker.json).toHaveProperty("variable.assign_public_ip.default", false);
    expect(worker.json).toHaveProperty("variable.capacity_provider_strategy.default", []);
  });

  test("capacity providers take the launch type's place, each with its share", () => {
    const share = "capacity_provider_strategy.value";
    expect(service.dynamic).toEqual({
      capacity_provider_strategy: {
        for_each: "${var.capacity_provider_strategy}",
        content: {
          capacity_provider: `\${${share}.capacity_provider}`,
          weight: `\${${share}.weight}`,
          base: `\${${share}.base}`,
        },
      },
    });
  });

  test("a task is moved to another zone only where that was asked for", () => {
    expect(service).toMatchObject({
      availability_zone_rebalancing: '${var.zone_rebalancing ? "ENABLED" : "DISABLED"}',
    });
  });

  test("opens no shell unless asked for", () => {
    expect(service).toMatchObject({ enable_execute_command: "${var.enable_execute_command}" });
    expect(worker.json).toHaveProperty("variable.enable_execute_command.default", false);
  });

  test("a single worker stops before its successor starts, several are replaced in turn", () => {
    expect(service).toMatchObject({
      deployment_minimum_healthy_percent: "${coalesce(var.most_tasks, var.desired_count) <= 1 ? 0 : 100}",
      deployment_maximum_percent: "${coalesce(var.most_tasks, var.desired_count) <= 1 ? 100 : 200}",
    });
  });

  test("is the same where something else sets how many tasks run, but for their number", () => {
    const { count, ...rest } = service;
    expect(count).toBe("${var.scaled ? 0 : 1}");
    expect(scaled).toEqual({
      count: "${var.scaled ? 1 : 0}",
      ...rest,
      lifecycle: { ignore_changes: ["desired_count"] },
    });
  });

  test("waits for rights, ways out and its log group", () => {
    expect(service.depends_on).toEqual([
      "aws_iam_role_policy.worker",
      "aws_iam_role_policy_attachment.worker",
      "aws_vpc_security_group_egress_rule.worker",
      "aws_cloudwatch_log_group.worker",
    ]);
  });

  test("does not wait for a steady state: the deploy's own gate does, and says why", () => {
    expect(service).not.toHaveProperty("wait_for_steady_state");
  });

  test("is registered in the namespace, in a way that ECS reports health to", () => {
    expect(service).toMatchObject({
      service_registries: { registry_arn: "${aws_service_discovery_service.worker.arn}" },
    });
    expect(worker.resource("aws_service_discovery_service")).toMatchObject({
      namespace_id: "${var.namespace_id}",
      dns_config: { namespace_id: "${var.namespace_id}" },
      health_check_custom_config: { failure_threshold: 1 },
      force_destroy: true,
    });
  });
});

describe("crash detection with Prefect 3", () => {
  const { task_events: queue, task_events_dead_letters: deadLetters } = worker.resources("aws_sqs_queue");

  test("has nothing with Prefect 2", () => {
    for (const type of [
      "aws_sqs_queue",
      "aws_sqs_queue_redrive_policy",
      "aws_cloudwatch_event_rule",
      "aws_cloudwatch_event_target",
    ])
      for (const resource of Object.values(worker.resources(type)))
        expect(resource).toMatchObject({ count: "${var.prefect_version == 3 ? 1 : 0}" });
  });

  test("matches the cluster where task events name it", () => {
    expect(worker.resource("aws_cloudwatch_event_rule").event_pattern).toContain(
      '"detail" = {"clusterArn" = [var.cluster_arn]}',
    );
  });

  test("only its own rule may write to the queue", () => {
    expect(queue!.policy).toContain(
      '"aws:SourceArn" = "arn:${data.aws_partition.current.partition}:events:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:rule/prefect-${var.name}-task-state-changes"',
    );
  });

  test("both queues start at once: neither waits for the other, nor for cluster and rule", () => {
    expect(JSON.stringify(queue)).not.toMatch(/aws_sqs_queue\.|cluster_arn|aws_cloudwatch_event_rule\./);
    expect(JSON.stringify(deadLetters)).not.toMatch(
      /aws_sqs_queue\.|cluster_arn|aws_cloudwatch_event_rule\./,
    );
  });

  test("the worker starts only when its queue is there: it looks for it once", () => {
    expect(locals.settings).toMatchObject({
      PREFECT_INTEGRATIONS_AWS_ECS_OBSERVER_SQS_QUEUE_NAME: "${one(aws_sqs_queue.task_events[*].name)}",
    });
  });
});

describe("log groups", () => {
  test("worker and flow runs have one each, with retention", () => {
    expect(worker.resources("aws_cloudwatch_log_group")).toMatchObject({
      worker: { name: "/prefect/${var.name}/worker", retention_in_days: "${var.log_retention_days}" },
      flow_run: { name: "/prefect/${var.name}/flow-runs", retention_in_days: "${var.log_retention_days}" },
    });
  });
});
