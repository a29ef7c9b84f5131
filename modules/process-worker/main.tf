data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

resource "aws_cloudwatch_log_group" "worker" {
  name              = "/prefect/${var.name}/worker"
  retention_in_days = var.log_retention_days

  tags = var.tags
}

# Flow runs inside the worker have its role: they can do what it can.
resource "aws_iam_role" "worker" {
  name        = "prefect-${var.name}-task-role"
  description = "Prefect worker ${var.name} and the flow runs inside it."
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

resource "aws_iam_role_policy" "worker" {
  name = "protect-tasks"
  role = aws_iam_role.worker.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "ProtectTasks"
          Effect    = "Allow"
          Action    = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
          Resource  = "${replace(var.cluster_arn, ":cluster/", ":task/")}/*"
          Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
        },
        {
          Sid       = "SeeOwnService"
          Effect    = "Allow"
          Action    = "ecs:DescribeServices"
          Resource  = "${replace(var.cluster_arn, ":cluster/", ":service/")}/${var.name}"
          Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
        },
        {
          Sid       = "SeeTasks"
          Effect    = "Allow"
          Action    = "ecs:DescribeTasks"
          Resource  = "${replace(var.cluster_arn, ":cluster/", ":task/")}/*"
          Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
        },
      ],
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

resource "aws_vpc_security_group_egress_rule" "flow_run" {
  for_each = toset(var.egress_cidrs)

  description       = "Flow runs"
  security_group_id = aws_security_group.worker.id
  # All ports: databases are not on 443.
  ip_protocol = "-1"
  cidr_ipv4   = strcontains(each.key, ":") ? null : each.key
  cidr_ipv6   = strcontains(each.key, ":") ? each.key : null
}

locals {
  start_supervisor = concat(
    [
      "python",
      "/opt/prefect-fargate/supervisor.py",
      "--pool",
      var.work_pool,
      "--name-prefix",
      var.name,
      "--limit",
      tostring(var.slots),
    ],
    flatten([for queue in var.work_queues : ["--work-queue", queue]])
  )
  # Where tasks find what they say to Prefect. A server may ask for nothing.
  credentials = {
    for name, arn in { PREFECT_API_KEY = var.api_key_secret_arn, PREFECT_API_AUTH_STRING = var.auth_string_secret_arn } :
    name => arn if arn != null
  }
  settings = {
    PREFECT_API_URL                 = var.prefect_api_url
    PREFECT_FARGATE_CA              = var.ca_certificates
    PREFECT_ACCOUNT_ID              = var.prefect_account_id
    PREFECT_WORKSPACE_ID            = var.prefect_workspace_id
    EXTRA_PIP_PACKAGES              = join(" ", var.extra_pip_packages)
    PREFECT_WORKER_PREFETCH_SECONDS = "20"
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
    image     = var.image
    essential = true
    command = var.ca_certificates != null ? concat(
      [
        "sh",
        "-ec",
        "export PREFECT_API_SSL_CERT_FILE=\"/tmp/prefect-ca-$$.pem\"; printf \"%s\" \"$PREFECT_FARGATE_CA\" > \"$PREFECT_API_SSL_CERT_FILE\"; exec \"$@\"",
        "sh",
      ],
      local.start_supervisor
    ) : local.start_supervisor
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
  # Tasks are replaced in turn: each is a worker with a name of its own.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
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
    aws_vpc_security_group_egress_rule.flow_run,
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
  # Tasks are replaced in turn: each is a worker with a name of its own.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
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
    aws_vpc_security_group_egress_rule.flow_run,
    aws_cloudwatch_log_group.worker,
  ]

  lifecycle {
    ignore_changes = [desired_count]
  }
}

locals {
  # The template that Prefect brings: runs are where the worker is, and inherit its environment.
  stock_template = jsondecode(file("${path.module}/templates/process-${var.prefect_version}.json"))
}
