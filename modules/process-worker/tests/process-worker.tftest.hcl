# The process worker evaluated by Terraform itself, with AWS's answers made up.

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
    defaults = { arn = "arn:aws:iam::111122223333:role/made-up" }
  }
  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/made-up:1" }
  }
  mock_resource "aws_service_discovery_service" {
    defaults = { arn = "arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-made-up" }
  }
}

variables {
  name               = "etl"
  work_pool          = "etl-pool"
  image              = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/prefect-worker:1.4.0"
  prefect_api_url    = "https://api.prefect.cloud/api/accounts/a/workspaces/w"
  api_key_secret_arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prefect-AbCdEf"
  cluster_arn        = "arn:aws:ecs:eu-west-1:111122223333:cluster/prefect-cluster"
  vpc_id             = "vpc-1"
  subnet_ids         = ["subnet-1", "subnet-2"]
  namespace_id       = "ns-1"
  execution_role_arn = "arn:aws:iam::111122223333:role/execution"
}

run "starts_the_supervisor_in_the_users_image" {
  command = plan

  variables {
    slots       = 6
    work_queues = ["default", "urgent"]
  }

  assert {
    condition = jsondecode(aws_ecs_task_definition.worker.container_definitions)[0].command == [
      "python", "/opt/prefect-fargate/supervisor.py", "--pool", "etl-pool", "--name-prefix", "etl", "--limit", "6",
      "--work-queue", "default", "--work-queue", "urgent",
    ]
    error_message = "command: ${aws_ecs_task_definition.worker.container_definitions}"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.worker.container_definitions)[0].image == var.image
    error_message = "image: ${aws_ecs_task_definition.worker.container_definitions}"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.worker.container_definitions)[0].secrets == [{ name = "PREFECT_API_KEY", valueFrom = var.api_key_secret_arn }]
    error_message = "secrets: ${aws_ecs_task_definition.worker.container_definitions}"
  }
}

run "protects_its_own_tasks" {
  command = plan

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.worker.policy).Statement : statement.Condition if statement.Sid == "ProtectTasks"] == [{ ArnEquals = { "ecs:cluster" = var.cluster_arn } }]
    error_message = aws_iam_role_policy.worker.policy
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.worker.policy, "RunTask") && !strcontains(aws_iam_role_policy.worker.policy, "PassRole")
    error_message = "Its runs are no tasks: it may start none."
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.worker.policy, "ssmmessages")
    error_message = "It has a shell that nobody asked for."
  }
}

run "tasks_are_replaced_in_turn_and_runs_may_go_anywhere" {
  command = plan

  assert {
    condition     = aws_ecs_service.worker[0].deployment_minimum_healthy_percent == 100 && aws_ecs_service.worker[0].launch_type == "FARGATE" && length(aws_ecs_service.scaled) == 0
    error_message = "launch type: ${aws_ecs_service.worker[0].launch_type}"
  }

  assert {
    condition     = keys(aws_vpc_security_group_egress_rule.flow_run) == ["0.0.0.0/0"] && toset(keys(aws_vpc_security_group_egress_rule.worker)) == toset(["443"])
    error_message = "egress: ${jsonencode(keys(aws_vpc_security_group_egress_rule.flow_run))}"
  }

  assert {
    condition     = output.worker_type == "process" && can(jsondecode(output.base_job_template).variables.properties.working_dir)
    error_message = "template: ${output.base_job_template}"
  }
}

run "leaves_the_number_of_tasks_to_others_where_it_is_scaled" {
  command = plan

  variables {
    prefect_version            = 3
    scaled                     = true
    desired_count              = 0
    most_tasks                 = 8
    enable_execute_command     = true
    capacity_provider_strategy = [{ capacity_provider = "FARGATE", base = 1 }, { capacity_provider = "FARGATE_SPOT", weight = 3 }]
  }

  assert {
    condition     = length(aws_ecs_service.worker) == 0 && aws_ecs_service.scaled[0].desired_count == 0
    error_message = "The service that nobody scales is there as well."
  }

  assert {
    condition     = length(aws_ecs_service.scaled[0].capacity_provider_strategy) == 2 && strcontains(aws_iam_role_policy.worker.policy, "ssmmessages")
    error_message = jsonencode(aws_ecs_service.scaled[0].capacity_provider_strategy)
  }
}

run "a_key_in_the_environment_is_refused" {
  command = plan

  variables {
    environment = { PREFECT_API_KEY = "x" }
  }

  expect_failures = [var.environment]
}

run "what_aws_or_prefect_would_refuse_is_refused" {
  command = plan

  variables {
    name                  = "Etl_Worker"
    slots                 = 0
    work_queues           = [" "]
    memory_mib            = 3000
    zone_rebalancing      = true
    ephemeral_storage_gib = 201
    egress_cidrs          = ["10.0.0.0/33"]
    subnet_ids            = []
  }

  expect_failures = [
    var.name, var.slots, var.work_queues, var.memory_mib, var.zone_rebalancing, var.ephemeral_storage_gib, var.egress_cidrs, var.subnet_ids,
  ]
}
