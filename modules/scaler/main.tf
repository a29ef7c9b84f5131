data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_partition" "current" {}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/prefect/scaler/${var.name}"
  retention_in_days = var.log_retention_days

  tags = var.tags
}

resource "aws_iam_role" "this" {
  name        = var.name
  description = "The scaler of Prefect workers."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Lambda"
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn

  tags = var.tags
}

locals {
  ecs_arn  = "arn:${data.aws_partition.current.partition}:ecs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  services = [for name in keys(var.workers) : "${local.ecs_arn}:service/${var.cluster_name}/${name}"]
  scaled_services = [
    for name, worker in var.workers :
    "${local.ecs_arn}:service/${var.cluster_name}/${name}" if worker.mode == "queue"
  ]
  secrets = compact([var.api_key_secret_arn, var.auth_string_secret_arn])
}

resource "aws_iam_role_policy" "this" {
  name = "scale"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "SeeServices"
          Effect   = "Allow"
          Action   = "ecs:DescribeServices"
          Resource = local.services
        },
        {
          Sid       = "ListTasks"
          Effect    = "Allow"
          Action    = "ecs:ListTasks"
          Resource  = "*"
          Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
        },
        {
          Sid       = "SeeTasks"
          Effect    = "Allow"
          Action    = "ecs:DescribeTasks"
          Resource  = "${local.ecs_arn}:task/${var.cluster_name}/*"
          Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
        },
        {
          Sid      = "WriteLog"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "${aws_cloudwatch_log_group.this.arn}:log-stream:*"
        },
      ],
      length(local.secrets) > 0 ? [{
        Sid      = "ReadKey"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = local.secrets
      }] : [],
      length(local.scaled_services) > 0 ? [{
        Sid      = "SetHowManyTasks"
        Effect   = "Allow"
        Action   = "ecs:UpdateService"
        Resource = local.scaled_services
      }] : [],
      anytrue([for worker in values(var.workers) : worker.type == "process"]) ? [{
        Sid       = "TellWorkersToGo"
        Effect    = "Allow"
        Action    = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
        Resource  = "${local.ecs_arn}:task/${var.cluster_name}/*"
        Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
      }] : [],
      length(var.subnet_ids) > 0 ? [{
        Sid    = "BeInTheVpc"
        Effect = "Allow"
        Action = [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
      }] : []
    )
  })
}

resource "aws_lambda_function" "this" {
  description   = "Sets how many tasks Prefect workers have, from what is due next."
  role          = aws_iam_role.this.arn
  architectures = ["arm64"]
  filename      = coalesce(var.zip_path, "${path.module}/scaler.zip")
  function_name = var.name
  handler       = "index.handler"
  # A CPU this small is enough to wait for answers, and the price follows it.
  memory_size      = 128
  runtime          = "nodejs22.x"
  source_code_hash = filebase64sha256(coalesce(var.zip_path, "${path.module}/scaler.zip"))
  timeout          = 75

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  dynamic "vpc_config" {
    for_each = length(var.subnet_ids) > 0 ? [true] : []

    content {
      subnet_ids         = var.subnet_ids
      security_group_ids = var.security_group_ids
    }
  }

  tags = var.tags

  depends_on = [aws_iam_role_policy.this]
}

resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = aws_lambda_function.this.function_name
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}

resource "aws_cloudwatch_event_rule" "this" {
  name                = var.name
  description         = "Starts the scaler of Prefect workers."
  schedule_expression = "rate(1 minute)"

  tags = var.tags
}

resource "aws_lambda_permission" "this" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.this.arn
  statement_id  = "schedule"
}

resource "aws_cloudwatch_event_target" "this" {
  rule = aws_cloudwatch_event_rule.this.name
  arn  = aws_lambda_function.this.arn
  # What it is to do is in the event: so a change takes effect with the next minute.
  input = jsonencode({
    prefectApiUrl       = var.prefect_api_url
    apiKeySecretArn     = var.api_key_secret_arn
    authStringSecretArn = var.auth_string_secret_arn
    caCertificates      = var.ca_certificates
    cluster             = var.cluster_name
    workers = {
      for name, worker in var.workers :
      name => {
        type             = worker.type
        workPool         = worker.work_pool
        mode             = worker.mode
        minTasks         = worker.min_tasks
        maxTasks         = worker.max_tasks
        slots            = worker.slots
        coldStartSeconds = worker.cold_start_seconds
      }
    }
  })
  target_id = "scaler"

  retry_policy {
    maximum_event_age_in_seconds = 60
    maximum_retry_attempts       = 0
  }

  depends_on = [aws_lambda_permission.this]
}
