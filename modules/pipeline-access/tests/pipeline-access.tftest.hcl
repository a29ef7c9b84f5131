# The pipeline's access evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
}

variables {
  github_repository   = "acme/data-platform"
  github_environments = ["prod"]
  state_bucket        = "acme-terraform-state"
  state_key           = "prefect-fargate/prod/terraform.tfstate"
}

run "every_policy_fits_into_iam" {
  command = plan

  variables {
    modules  = ["network", "cluster", "discovery", "api-key", "task-execution-role", "worker", "load-balancer", "service"]
    services = ["webhooks"]
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.apply : length(policy.policy) <= 6144])
    error_message = jsonencode({ for area, policy in aws_iam_policy.apply : area => length(policy.policy) })
  }

  assert {
    condition     = contains(keys(aws_iam_policy.apply), "balancers")
    error_message = "policies: ${jsonencode(keys(aws_iam_policy.apply))}"
  }
}

run "without_a_load_balancer_there_are_no_rights_to_one" {
  command = plan

  assert {
    condition     = !contains(keys(aws_iam_policy.apply), "balancers")
    error_message = "policies: ${jsonencode(keys(aws_iam_policy.apply))}"
  }
}

run "nobody_is_not_trusted" {
  command = plan

  variables {
    github_repository = null
  }

  expect_failures = [var.circleci_project_id]
}

run "a_wildcard_is_not_trusted" {
  command = plan

  variables {
    github_repository = "acme/*"
  }

  expect_failures = [var.github_repository]
}
