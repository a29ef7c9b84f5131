# The cluster's module evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {}

run "a_cluster_by_its_name" {
  command = plan

  assert {
    condition     = aws_ecs_cluster.this.name == "prefect-cluster" && output.name == "prefect-cluster"
    error_message = "name: ${aws_ecs_cluster.this.name}"
  }
}

run "names_that_ecs_refuses_are_refused" {
  command = plan

  variables {
    name = "prefect cluster"
  }

  expect_failures = [var.name]
}
