data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/prefect/${var.name}/service"
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_iam_role" "task" {
  name        = "prefect-${var.name}-task-role"
  description = "Service ${var.name}."
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

resource "aws_iam_role_policy_attachment" "task" {
  for_each = var.policy_arns

  role       = aws_iam_role.task.name
  policy_arn = each.value
}

resource "aws_iam_role" "execution" {
  name        = "prefect-${var.name}-execution-role"
  description = "ECS starts the service ${var.name} with it."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EcsTasks"
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn

  tags = var.tags
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "open_shell" {
  count = var.enable_execute_command ? 1 : 0

  name = "open-shell"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "OpenShell"
      Effect = "Allow"
      Action = [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ]
      Resource = "*"
    }]
  })
}

locals {
  # Without what may follow a secret's ARN: a key in it, a stage and a version.
  secret_arns = [
    for arn in values(var.secrets) :
    regex("^(?:[^:]+:){6}[^:]+", arn) if strcontains(arn, ":secretsmanager:")
  ]
  parameter_arns = [for arn in values(var.secrets) : arn if strcontains(arn, ":ssm:")]
}

# Reads these and no other.
resource "aws_iam_role_policy" "read_secrets" {
  count = length(var.secrets) > 0 ? 1 : 0

  name = "read-secrets"
  role = aws_iam_role.execution.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      length(local.secret_arns) > 0 ? [{
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = local.secret_arns
      }] : [],
      length(local.parameter_arns) > 0 ? [{
        Sid      = "ReadParameters"
        Effect   = "Allow"
        Action   = "ssm:GetParameters"
        Resource = local.parameter_arns
      }] : []
    )
  })
}

resource "aws_security_group" "this" {
  name        = "prefect-${var.name}"
  description = "Service ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "prefect-${var.name}" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "callers" {
  for_each = var.callers

  description                  = "Workers and flow runs"
  security_group_id            = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = each.value
}

resource "aws_vpc_security_group_ingress_rule" "load_balancers" {
  for_each = var.load_balancers

  description                  = "Load balancer"
  security_group_id            = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = each.value.security_group_id
}

resource "aws_vpc_security_group_ingress_rule" "network" {
  for_each = toset(var.allowed_cidrs)

  description       = "Others in the network"
  security_group_id = aws_security_group.this.id
  ip_protocol       = "tcp"
  from_port         = var.port
  to_port           = var.port
  cidr_ipv4         = each.value
}

# The load balancer reaches this service and nothing else.
resource "aws_vpc_security_group_egress_rule" "load_balancers" {
  for_each = var.load_balancers

  description                  = "Service ${var.name}"
  security_group_id            = each.value.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = aws_security_group.this.id
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = toset(var.egress_cidrs)

  description       = "What the service calls"
  security_group_id = aws_security_group.this.id
  ip_protocol       = "-1"
  cidr_ipv4         = each.key
}

locals {
  container = {
    name        = "service"
    image       = var.image
    essential   = true
    command     = var.command
    environment = [for name, value in var.environment : { name = name, value = value }]
    secrets     = [for name, value in var.secrets : { name = name, valueFrom = value }]
    portMappings = [
      {
        containerPort = var.port
        hostPort      = var.port
        protocol      = "tcp"
      },
    ]
    healthCheck = var.health_check_command == null ? null : {
      command     = ["CMD-SHELL", var.health_check_command]
      interval    = 10
      timeout     = 5
      retries     = 6
      startPeriod = 300
    }
    stopTimeout = var.stop_timeout_seconds
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = data.aws_region.current.id
        awslogs-stream-prefix = var.name
      }
    }
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory_mib
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions    = jsonencode([{ for key, value in local.container : key => value if value != null }])

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

resource "aws_service_discovery_service" "this" {
  name         = var.name
  description  = "Service ${var.name}, beside Prefect's workers."
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

resource "aws_ecs_service" "this" {
  name                               = var.name
  cluster                            = var.cluster_arn
  task_definition                    = aws_ecs_task_definition.this.arn
  desired_count                      = var.desired_count
  launch_type                        = length(var.capacity_provider_strategy) == 0 ? "FARGATE" : null
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "DISABLED"
  enable_ecs_managed_tags            = true
  enable_execute_command             = var.enable_execute_command
  health_check_grace_period_seconds  = length(var.load_balancers) > 0 ? 300 : null
  propagate_tags                     = "SERVICE"

  dynamic "capacity_provider_strategy" {
    for_each = var.capacity_provider_strategy

    content {
      capacity_provider = capacity_provider_strategy.value.capacity_provider
      weight            = capacity_provider_strategy.value.weight
      base              = capacity_provider_strategy.value.base
    }
  }

  dynamic "load_balancer" {
    for_each = var.load_balancers

    content {
      target_group_arn = load_balancer.value.target_group_arn
      container_name   = "service"
      container_port   = var.port
    }
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    assign_public_ip = var.assign_public_ip
    security_groups  = [aws_security_group.this.id]
    subnets          = var.subnet_ids
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }

  tags = var.tags

  depends_on = [
    aws_iam_role_policy_attachment.task,
    aws_iam_role_policy.open_shell,
    aws_iam_role_policy_attachment.execution,
    aws_iam_role_policy.read_secrets,
    aws_vpc_security_group_ingress_rule.callers,
    aws_vpc_security_group_ingress_rule.load_balancers,
    aws_vpc_security_group_ingress_rule.network,
    aws_vpc_security_group_egress_rule.load_balancers,
    aws_vpc_security_group_egress_rule.this,
    aws_cloudwatch_log_group.this,
  ]
}
