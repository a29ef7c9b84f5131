data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_partition" "current" {}

locals {
  # The stock image lacks the AWS integration: it is installed at start, pinned exactly.
  defaults = {
    "2" = { image = "prefecthq/prefect:2-latest", extra_pip_packages = ["prefect-aws==0.4.20"] }
    "3" = {
      image              = "prefecthq/prefect:3-latest"
      extra_pip_packages = ["prefect-aws==0.7.12", "fastapi==0.139.2"]
    }
  }[tostring(var.prefect_version)]
  image      = coalesce(var.image, local.defaults.image)
  flow_image = coalesce(var.flow_image, local.image)
  # Where tasks find what they say to Prefect. A server may ask for nothing.
  credentials = {
    for name, arn in { PREFECT_API_KEY = var.api_key_secret_arn, PREFECT_API_AUTH_STRING = var.auth_string_secret_arn } :
    name => arn if arn != null
  }
}

resource "aws_cloudwatch_log_group" "worker" {
  name              = "/prefect/${var.name}/worker"
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_cloudwatch_log_group" "flow_run" {
  name              = "/prefect/${var.name}/flow-runs"
  retention_in_days = var.log_retention_days

  tags = var.tags
}

# Prefect 3 learns from these events that a task has stopped; Prefect 2 asks ECS itself.
resource "aws_cloudwatch_event_rule" "task_state_changes" {
  count = var.prefect_version == 3 ? 1 : 0

  name        = "prefect-${var.name}-task-state-changes"
  description = "Tasks that change their state, for the Prefect worker ${var.name}."
  # The cluster is in `detail`: `resources` names the task.
  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail      = { clusterArn = [var.cluster_arn] }
  })

  tags = var.tags
}

resource "aws_sqs_queue" "task_events" {
  count = var.prefect_version == 3 ? 1 : 0

  name                      = "prefect-${var.name}-task-events"
  message_retention_seconds = 604800
  # ARNs made from names: a queue takes half a minute, and need not wait for cluster and rule first.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TaskStateChanges"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = "arn:${data.aws_partition.current.partition}:sqs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:prefect-${var.name}-task-events"
      Condition = {
        ArnEquals = {
          "aws:SourceArn" = "arn:${data.aws_partition.current.partition}:events:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:rule/prefect-${var.name}-task-state-changes"
        }
      }
    }]
  })
  sqs_managed_sse_enabled    = true
  visibility_timeout_seconds = 300

  tags = var.tags
}

resource "aws_sqs_queue" "task_events_dead_letters" {
  count = var.prefect_version == 3 ? 1 : 0

  name                      = "prefect-${var.name}-task-events-dead-letters"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true

  tags = var.tags
}

# Apart from the queue, so that both queues are created at once: SQS refuses a target that is not there.
resource "aws_sqs_queue_redrive_policy" "task_events" {
  count = var.prefect_version == 3 ? 1 : 0

  queue_url = aws_sqs_queue.task_events[0].id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.task_events_dead_letters[0].arn
    maxReceiveCount     = 3
  })
}

resource "aws_cloudwatch_event_target" "task_state_changes" {
  count = var.prefect_version == 3 ? 1 : 0

  rule = aws_cloudwatch_event_rule.task_state_changes[0].name
  arn  = aws_sqs_queue.task_events[0].arn
}

# Flow runs have a role of their own: they can do what you attach here, and nothing the worker can.
resource "aws_iam_role" "flow_run" {
  name        = "prefect-${var.name}-flow-task-role"
  description = "Flow runs of the Prefect worker ${var.name}."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EcsTasks"
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn

  tags = var.tags
}

resource "aws_iam_role_policy_attachment" "flow_run" {
  for_each = var.flow_policy_arns

  role       = aws_iam_role.flow_run.name
  policy_arn = each.value
}

resource "aws_security_group" "flow_run" {
  name        = "prefect-${var.name}-flows"
  description = "Flow runs of the Prefect worker ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "prefect-${var.name}-flows" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "flow_run" {
  for_each = toset(var.flow_egress_cidrs)

  description       = "Flow runs"
  security_group_id = aws_security_group.flow_run.id
  # All ports: databases are not on 443.
  ip_protocol = "-1"
  cidr_ipv4   = strcontains(each.key, ":") ? null : each.key
  cidr_ipv6   = strcontains(each.key, ":") ? each.key : null
}

resource "aws_iam_role" "worker" {
  name        = "prefect-${var.name}-task-role"
  description = "Prefect worker ${var.name}: starts flow runs as tasks."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EcsTasks"
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn

  tags = var.tags
}

locals {
  ecs_arn = "arn:${data.aws_partition.current.partition}:ecs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  # The pool's job template names the role and the log group of the worker that has the pool.
  pool_owner = compact([var.pool_owner])
}

resource "aws_iam_role_policy" "worker" {
  name = "run-flows"
  role = aws_iam_role.worker.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "RunFlows"
          Effect    = "Allow"
          Action    = "ecs:RunTask"
          Resource  = "${local.ecs_arn}:task-definition/*"
          Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
        },
        {
          Sid       = "WatchAndStopFlows"
          Effect    = "Allow"
          Action    = ["ecs:DescribeTasks", "ecs:StopTask"]
          Resource  = "${local.ecs_arn}:task/*"
          Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
        },
        {
          Sid       = "TagFlowsAsTheyStart"
          Effect    = "Allow"
          Action    = "ecs:TagResource"
          Resource  = "${local.ecs_arn}:task/*"
          Condition = { StringEquals = { "ecs:CreateAction" = "RunTask" } }
        },
        {
          Sid      = "DefineFlowTasks"
          Effect   = "Allow"
          Action   = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"]
          Resource = "*"
        },
        {
          Sid    = "HandRolesToFlows"
          Effect = "Allow"
          Action = "iam:PassRole"
          Resource = concat(
            [aws_iam_role.flow_run.arn, var.execution_role_arn],
            [
              for name in local.pool_owner :
              format(
                "%s-%s-flow-task-role",
                "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role${var.role_path}prefect",
                name
              )
            ]
          )
          Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
        },
        {
          Sid      = "CheckSubnets"
          Effect   = "Allow"
          Action   = ["ec2:DescribeSubnets", "ec2:DescribeVpcs"]
          Resource = "*"
        },
        {
          Sid    = "ReadFlowLogs"
          Effect = "Allow"
          Action = "logs:GetLogEvents"
          Resource = concat(
            ["${aws_cloudwatch_log_group.flow_run.arn}:log-stream:*"],
            [
              for name in local.pool_owner :
              format(
                "%s/%s/flow-runs:log-stream:*",
                "arn:${data.aws_partition.current.partition}:logs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:log-group:/prefect",
                name
              )
            ]
          )
        },
      ],
      var.prefect_version == 3 ? [{
        Sid      = "ReceiveTaskEvents"
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
        Resource = aws_sqs_queue.task_events[*].arn
      }] : [],
      var.enable_execute_command ? [{
        Sid    = "OpenShell"
        Effect = "Allow"
        Action = [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = "*"
      }] : []
    )
  })
}

resource "aws_iam_role_policy_attachment" "worker" {
  for_each = var.policy_arns

  role       = aws_iam_role.worker.name
  policy_arn = each.value
}

# Nobody calls the worker, so there is no ingress.
resource "aws_security_group" "worker" {
  name        = "prefect-${var.name}"
  description = "Prefect worker ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "prefect-${var.name}" })

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  api_port = coalesce(
    one(regex("^https?://(?:[^/:]+|\\[[^/]+\\])(?::([0-9]+))?/", var.prefect_api_url)),
    startswith(var.prefect_api_url, "https:") ? "443" : "80"
  )
}

# AWS, PyPI and Prefect Cloud are on 443. Names are resolved by the VPC itself, which needs no rule.
resource "aws_vpc_security_group_egress_rule" "worker" {
  for_each = toset(["443", local.api_port])

  description       = "Prefect API, AWS and PyPI: TCP ${each.key}"
  security_group_id = aws_security_group.worker.id
  ip_protocol       = "tcp"
  from_port         = each.key
  to_port           = each.key
  cidr_ipv4         = "0.0.0.0/0"
}

locals {
  start_worker = concat(
    [
      "prefect",
      "worker",
      "start",
      "--pool",
      var.work_pool,
      "--name",
      var.name,
      "--type",
      "ecs",
      "--with-healthcheck",
    ],
    flatten([for queue in var.work_queues : ["--work-queue", queue]])
  )
  # Workers of one name share a row in Prefect: several are named for their tasks.
  start_named_worker = concat(
    [
      "sh",
      "-ec",
      "task=$(python -c \"import json, os, urllib.request as r; print(json.load(r.urlopen(os.environ['ECS_CONTAINER_METADATA_URI_V4'] + '/task', timeout=5))['TaskARN'].split('/')[-1])\"); name=\"$1-$task\"; shift; exec prefect worker start --pool \"$0\" --name \"$name\" --type ecs --with-healthcheck \"$@\"",
      var.work_pool,
      var.name,
    ],
    flatten([for queue in var.work_queues : ["--work-queue", queue]])
  )
  settings = {
    PREFECT_API_URL      = var.prefect_api_url
    PREFECT_FARGATE_CA   = var.ca_certificates
    PREFECT_ACCOUNT_ID   = var.prefect_account_id
    PREFECT_WORKSPACE_ID = var.prefect_workspace_id
    EXTRA_PIP_PACKAGES = join(
      " ",
      var.extra_pip_packages == null ? local.defaults.extra_pip_packages : var.extra_pip_packages
    )
    PREFECT_WORKER_PREFETCH_SECONDS                      = "60"
    PREFECT_WORKER_QUERY_SECONDS                         = "5"
    PREFECT_INTEGRATIONS_AWS_ECS_OBSERVER_SQS_QUEUE_NAME = one(aws_sqs_queue.task_events[*].name)
  }
  environment = merge(
    { for name, value in local.settings : name => value if value != null && value != "" },
    var.environment
  )
}

resource "aws_ecs_task_definition" "worker" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory_mib
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = aws_iam_role.worker.arn
  # The image's entrypoint stays: it installs EXTRA_PIP_PACKAGES and passes signals on.
  container_definitions = jsonencode([{
    name      = "prefect-worker"
    image     = local.image
    essential = true
    command = var.ca_certificates != null ? concat(
      [
        "sh",
        "-ec",
        "export PREFECT_API_SSL_CERT_FILE=\"/tmp/prefect-ca-$$.pem\"; printf \"%s\" \"$PREFECT_FARGATE_CA\" > \"$PREFECT_API_SSL_CERT_FILE\"; exec \"$@\"",
        "sh",
      ],
      coalesce(var.most_tasks, var.desired_count) <= 1 ? local.start_worker : local.start_named_worker
    ) : coalesce(var.most_tasks, var.desired_count) <= 1 ? local.start_worker : local.start_named_worker
    environment = [for name, value in local.environment : { name = name, value = value }]
    secrets     = [for name, value in local.credentials : { name = name, valueFrom = value }]
    healthCheck = {
      command = [
        "CMD-SHELL",
        "python -c \"import urllib.request as r; r.urlopen('http://127.0.0.1:$${PREFECT_WORKER_WEBSERVER_PORT:-8080}/health', timeout=5)\"",
      ]
      interval    = 10
      timeout     = 5
      retries     = 6
      startPeriod = 120
    }
    stopTimeout = var.stop_timeout_seconds
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.worker.name
        awslogs-region        = data.aws_region.current.id
        awslogs-stream-prefix = var.name
      }
    }
  }])

  runtime_platform {
    cpu_architecture        = var.cpu_architecture
    operating_system_family = "LINUX"
  }

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_gib > 20 ? [true] : []

    content {
      size_in_gib = var.ephemeral_storage_gib
    }
  }

  tags = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_service_discovery_service" "worker" {
  name         = var.name
  description  = "Prefect worker ${var.name}."
  namespace_id = var.namespace_id
  # Registrations of tasks that are still stopping do not hold up destroy.
  force_destroy = true

  dns_config {
    namespace_id   = var.namespace_id
    routing_policy = "MULTIVALUE"

    dns_records {
      ttl  = 10
      type = "A"
    }
  }

  # By this ECS tells Cloud Map that a task is healthy; without it ECS stops the task after some minutes. The provider
  # warns that AWS ignores the number, but forgets the whole block when the number is left out.
  health_check_custom_config {
    failure_threshold = 1
  }

  tags = var.tags
}

resource "aws_ecs_service" "worker" {
  count = var.scaled ? 0 : 1

  name            = var.name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.worker.arn
  desired_count   = var.desired_count
  launch_type     = length(var.capacity_provider_strategy) == 0 ? "FARGATE" : null
  # A single worker stops before its successor starts: both would have the same name in Prefect.
  deployment_minimum_healthy_percent = coalesce(var.most_tasks, var.desired_count) <= 1 ? 0 : 100
  deployment_maximum_percent         = coalesce(var.most_tasks, var.desired_count) <= 1 ? 100 : 200
  # Unless asked for, a task is not stopped just to run in another zone. AWS would default to ENABLED.
  availability_zone_rebalancing = var.zone_rebalancing ? "ENABLED" : "DISABLED"
  enable_ecs_managed_tags       = true
  enable_execute_command        = var.enable_execute_command
  propagate_tags                = "SERVICE"

  dynamic "capacity_provider_strategy" {
    for_each = var.capacity_provider_strategy

    content {
      capacity_provider = capacity_provider_strategy.value.capacity_provider
      weight            = capacity_provider_strategy.value.weight
      base              = capacity_provider_strategy.value.base
    }
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    assign_public_ip = var.assign_public_ip
    security_groups  = [aws_security_group.worker.id]
    subnets          = var.subnet_ids
  }

  service_registries {
    registry_arn = aws_service_discovery_service.worker.arn
  }

  tags = var.tags

  depends_on = [
    aws_iam_role_policy.worker,
    aws_iam_role_policy_attachment.worker,
    aws_vpc_security_group_egress_rule.worker,
    aws_cloudwatch_log_group.worker,
  ]
}

# The same service where something else sets how many tasks run, once it is made.
resource "aws_ecs_service" "scaled" {
  count = var.scaled ? 1 : 0

  name            = var.name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.worker.arn
  desired_count   = var.desired_count
  launch_type     = length(var.capacity_provider_strategy) == 0 ? "FARGATE" : null
  # A single worker stops before its successor starts: both would have the same name in Prefect.
  deployment_minimum_healthy_percent = coalesce(var.most_tasks, var.desired_count) <= 1 ? 0 : 100
  deployment_maximum_percent         = coalesce(var.most_tasks, var.desired_count) <= 1 ? 100 : 200
  # Unless asked for, a task is not stopped just to run in another zone. AWS would default to ENABLED.
  availability_zone_rebalancing = var.zone_rebalancing ? "ENABLED" : "DISABLED"
  enable_ecs_managed_tags       = true
  enable_execute_command        = var.enable_execute_command
  propagate_tags                = "SERVICE"

  dynamic "capacity_provider_strategy" {
    for_each = var.capacity_provider_strategy

    content {
      capacity_provider = capacity_provider_strategy.value.capacity_provider
      weight            = capacity_provider_strategy.value.weight
      base              = capacity_provider_strategy.value.base
    }
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    assign_public_ip = var.assign_public_ip
    security_groups  = [aws_security_group.worker.id]
    subnets          = var.subnet_ids
  }

  service_registries {
    registry_arn = aws_service_discovery_service.worker.arn
  }

  tags = var.tags

  depends_on = [
    aws_iam_role_policy.worker,
    aws_iam_role_policy_attachment.worker,
    aws_vpc_security_group_egress_rule.worker,
    aws_cloudwatch_log_group.worker,
  ]

  lifecycle {
    ignore_changes = [desired_count]
  }
}

locals {
  # The template that prefect-aws brings, of the version that is installed.
  stock_template = jsondecode(file("${path.module}/templates/ecs-${var.prefect_version}.json"))
  flow_network = {
    subnets        = var.subnet_ids
    securityGroups = [aws_security_group.flow_run.id]
    assignPublicIp = var.assign_public_ip ? "ENABLED" : "DISABLED"
  }
  # Defaults of the pool's variables: deployments can override each by a job variable.
  template_defaults = {
    cluster                   = var.cluster_arn
    vpc_id                    = var.vpc_id
    network_configuration     = local.flow_network
    execution_role_arn        = var.execution_role_arn
    task_role_arn             = aws_iam_role.flow_run.arn
    image                     = local.flow_image
    launch_type               = var.flow_launch_type
    cpu                       = var.flow_cpu
    memory                    = var.flow_memory_mib
    configure_cloudwatch_logs = true
    cloudwatch_logs_options = {
      awslogs-group        = aws_cloudwatch_log_group.flow_run.name
      awslogs-create-group = "false"
    }
    match_latest_revision_in_family = true
    command                         = var.ca_certificates != null ? "sh -ec 'export PREFECT_API_SSL_CERT_FILE=\"/tmp/prefect-ca-$$.pem\"; printf \"%s\" \"$PREFECT_FARGATE_CA\" > \"$PREFECT_API_SSL_CERT_FILE\"; exec \"$@\"' sh prefect flow-run execute" : null
  }
  # The key stays out of RunTask: null tells the worker to leave it out, the container gets it from the secret.
  # Variables of all flow runs stand here too: a default of the variable `env` would bring the key back (Prefect 2).
  base_job_template = {
    job_configuration = merge(
      local.stock_template.job_configuration,
      {
        env = merge(var.flow_environment, { for name, arn in local.credentials : name => null })
        task_definition = merge(
          local.stock_template.job_configuration.task_definition,
          {
            containerDefinitions = [
              merge(
                local.stock_template.job_configuration.task_definition.containerDefinitions[0],
                { secrets = [for name, value in local.credentials : { name = name, valueFrom = value }] },
                {
                  for certificates in [var.ca_certificates] :
                  "environment" => [{ name = "PREFECT_FARGATE_CA", value = certificates }] if certificates != null
                }
              ),
            ]
            runtimePlatform = {
              cpuArchitecture       = coalesce(var.flow_cpu_architecture, var.cpu_architecture)
              operatingSystemFamily = "LINUX"
            }
          },
          {
            for size in [var.flow_ephemeral_storage_gib] :
            "ephemeralStorage" => { sizeInGiB = size } if size > 20
          }
        )
        task_run_request = merge(
          local.stock_template.job_configuration.task_run_request,
          {
            networkConfiguration = { awsvpcConfiguration = local.flow_network }
            tags                 = var.flow_tags
            enableECSManagedTags = true
          }
        )
      }
    )
    variables = merge(
      local.stock_template.variables,
      {
        properties = merge(
          local.stock_template.variables.properties,
          {
            for name, value in local.template_defaults :
            name => merge(local.stock_template.variables.properties[name], { default = value }) if value != null
          }
        )
      }
    )
  }
}
