# The namespace's module evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {}

variables {
  vpc_id = "vpc-0a1b2c3d4e5f60718"
}

run "names_resolve_in_the_vpc" {
  command = plan

  assert {
    condition     = aws_service_discovery_private_dns_namespace.this.name == "default.prefect.local" && aws_service_discovery_private_dns_namespace.this.vpc == var.vpc_id
    error_message = "namespace: ${aws_service_discovery_private_dns_namespace.this.name}"
  }
}

run "names_that_the_dns_refuses_are_refused" {
  command = plan

  variables {
    namespace = "Default_Prefect"
  }

  expect_failures = [var.namespace]
}
