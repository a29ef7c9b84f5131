# The scaler evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {
  override_during = plan

  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/prefect-scaler" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/prefect/scaler/prefect-scaler" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-west-1:111122223333:rule/prefect-scaler" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:prefect-scaler" }
  }
}

variables {
  prefect_api_url    = "https://api.prefect.cloud/api/accounts/a/workspaces/w"
  api_key_secret_arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prefect-AbCdEf"
  cluster_name       = "prefect-cluster"
  cluster_arn        = "arn:aws:ecs:eu-west-1:111122223333:cluster/prefect-cluster"
  workers = {
    etl = {
      type      = "process"
      work_pool = "etl"
      mode      = "queue"
      min_tasks = 0
      max_tasks = 8
      slots     = 6
    }
    reports = {
      type      = "process"
      work_pool = "reports"
      mode      = "keep"
      min_tasks = 1
      max_tasks = 4
    }
  }
}

run "is_told_of_its_workers_every_minute" {
  command = plan

  assert {
    condition     = aws_cloudwatch_event_rule.this.schedule_expression == "rate(1 minute)"
    error_message = "schedule: ${aws_cloudwatch_event_rule.this.schedule_expression}"
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_target.this.input) == {
      prefectApiUrl       = "https://api.prefect.cloud/api/accounts/a/workspaces/w"
      apiKeySecretArn     = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prefect-AbCdEf"
      authStringSecretArn = null
      caCertificates      = null
      cluster             = "prefect-cluster"
      workers = {
        etl     = { type = "process", workPool = "etl", mode = "queue", minTasks = 0, maxTasks = 8, slots = 6, coldStartSeconds = 58 }
        reports = { type = "process", workPool = "reports", mode = "keep", minTasks = 1, maxTasks = 4, slots = 4, coldStartSeconds = 58 }
      }
    }
    error_message = aws_cloudwatch_event_target.this.input
  }

  assert {
    condition     = aws_lambda_permission.this.source_arn == aws_cloudwatch_event_rule.this.arn && length(aws_lambda_function.this.vpc_config) == 0
    error_message = "Anybody's schedule may start it."
  }

  # No second attempt: a minute later there is another look anyway.
  assert {
    condition     = aws_lambda_function_event_invoke_config.this.maximum_retry_attempts == 0 && one(aws_cloudwatch_event_target.this.retry_policy).maximum_retry_attempts == 0
    error_message = "Old looks would be repeated."
  }
}

run "changes_the_services_that_are_its_own_and_no_other" {
  command = plan

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Resource if statement.Sid == "SetHowManyTasks"] == [["arn:aws:ecs:eu-west-1:111122223333:service/prefect-cluster/etl"]]
    error_message = aws_iam_role_policy.this.policy
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Resource if statement.Sid == "ReadKey"] == [[var.api_key_secret_arn]]
    error_message = aws_iam_role_policy.this.policy
  }

  assert {
    condition     = !contains(jsondecode(aws_iam_role_policy.this.policy).Statement[*].Sid, "BeInTheVpc")
    error_message = "It needs no network interfaces outside a VPC."
  }
}

run "looks_from_inside_a_vpc_where_prefect_is_there" {
  command = plan

  variables {
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }

  assert {
    condition     = one(aws_lambda_function.this.vpc_config).subnet_ids == toset(["subnet-1"]) && contains(jsondecode(aws_iam_role_policy.this.policy).Statement[*].Sid, "BeInTheVpc")
    error_message = jsonencode(aws_lambda_function.this.vpc_config)
  }
}

run "is_bounded_where_a_company_demands_it" {
  command = plan

  variables {
    role_path                = "/prefect/"
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
  }

  assert {
    condition     = aws_iam_role.this.path == "/prefect/" && aws_iam_role.this.permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"
    error_message = "path: ${aws_iam_role.this.path}"
  }
}

run "workers_that_make_no_sense_are_refused" {
  command = plan

  variables {
    name    = "the scaler"
    workers = { etl = { type = "docker", work_pool = "etl", mode = "queue", min_tasks = 2, max_tasks = 1 } }
  }

  expect_failures = [var.name, var.workers]
}
