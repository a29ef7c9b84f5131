# Capacity providers evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {}

variables {
  cluster_name = "prefect-cluster"
  cluster_arn  = "arn:aws:ecs:eu-west-1:111122223333:cluster/prefect-cluster"
}

run "on_demand_and_spot" {
  command = plan

  assert {
    condition     = aws_ecs_cluster_capacity_providers.this.capacity_providers == toset(["FARGATE", "FARGATE_SPOT"])
    error_message = "providers: ${jsonencode(aws_ecs_cluster_capacity_providers.this.capacity_providers)}"
  }
}

run "what_waits_for_them_gets_the_same_cluster" {
  command = apply

  assert {
    condition     = output.cluster_arn == var.cluster_arn
    error_message = "cluster: ${output.cluster_arn}"
  }
}
