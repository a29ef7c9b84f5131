# Target tracking evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {}

variables {
  cluster_name = "prefect-cluster"
  service_name = "etl"
}

run "follows_the_cpu_between_one_task_and_four" {
  command = plan

  assert {
    condition     = aws_appautoscaling_target.this.resource_id == "service/prefect-cluster/etl" && aws_appautoscaling_target.this.min_capacity == 1 && aws_appautoscaling_target.this.max_capacity == 4
    error_message = "target: ${aws_appautoscaling_target.this.resource_id}"
  }

  assert {
    condition = [for policy in aws_appautoscaling_policy.this.target_tracking_scaling_policy_configuration : [
      one(policy.predefined_metric_specification).predefined_metric_type, policy.target_value, policy.scale_out_cooldown, policy.scale_in_cooldown,
    ]] == [["ECSServiceAverageCPUUtilization", 70, 60, 300]]
    error_message = jsonencode(aws_appautoscaling_policy.this.target_tracking_scaling_policy_configuration)
  }
}

run "follows_the_memory" {
  command = plan

  variables {
    metric         = "memory"
    max_tasks      = 10
    target_percent = 80
  }

  assert {
    condition     = aws_appautoscaling_policy.this.name == "etl-memory" && one(one(aws_appautoscaling_policy.this.target_tracking_scaling_policy_configuration).predefined_metric_specification).predefined_metric_type == "ECSServiceAverageMemoryUtilization"
    error_message = "policy: ${aws_appautoscaling_policy.this.name}"
  }
}

run "nothing_is_measured_of_no_task" {
  command = plan

  variables {
    metric         = "queue"
    min_tasks      = 0
    target_percent = 101
  }

  expect_failures = [var.metric, var.min_tasks, var.target_percent]
}

run "fewer_at_most_than_at_least_is_refused" {
  command = plan

  variables {
    min_tasks = 3
    max_tasks = 2
  }

  expect_failures = [var.max_tasks]
}
