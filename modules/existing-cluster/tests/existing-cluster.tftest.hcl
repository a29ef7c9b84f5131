# A cluster that exists, read by Terraform itself, with AWS's answers made up.

mock_provider "aws" {
  mock_data "aws_ecs_cluster" {
    defaults = {
      arn    = "arn:aws:ecs:eu-west-1:111122223333:cluster/data-platform"
      status = "ACTIVE"
    }
  }
}

variables {
  name = "data-platform"
}

run "is_found_by_its_name" {
  command = plan

  assert {
    condition     = output.arn == "arn:aws:ecs:eu-west-1:111122223333:cluster/data-platform" && output.name == "data-platform"
    error_message = "cluster: ${output.arn}"
  }
}

run "one_that_is_gone_is_refused" {
  command = plan

  override_data {
    target = data.aws_ecs_cluster.this
    values = { status = "INACTIVE" }
  }

  expect_failures = [data.aws_ecs_cluster.this]
}
