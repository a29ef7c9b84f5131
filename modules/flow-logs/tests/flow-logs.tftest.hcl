# The flow logs' module evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {}

variables {
  vpc_id = "vpc-0a1b2c3d4e5f60718"
}

run "all_traffic_is_kept_for_a_month" {
  command = plan

  assert {
    condition     = aws_flow_log.this.traffic_type == "ALL" && aws_flow_log.this.vpc_id == var.vpc_id
    error_message = "traffic: ${aws_flow_log.this.traffic_type}"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "days: ${aws_cloudwatch_log_group.this.retention_in_days}"
  }
}

run "traffic_that_aws_does_not_know_is_refused" {
  command = plan

  variables {
    traffic_type = "SOME"
  }

  expect_failures = [var.traffic_type]
}
