# The endpoints' module evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
}

variables {
  vpc_id     = "vpc-0a1b2c3d4e5f60718"
  cidr_block = "10.0.0.0/16"
  subnet_ids = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"]
  services   = ["ecr.api", "logs"]
}

run "one_for_each_service_in_every_subnet" {
  command = plan

  assert {
    condition     = [for endpoint in aws_vpc_endpoint.this : endpoint.service_name] == ["com.amazonaws.eu-west-1.ecr.api", "com.amazonaws.eu-west-1.logs"]
    error_message = "services: ${jsonencode([for endpoint in aws_vpc_endpoint.this : endpoint.service_name])}"
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.this : endpoint.private_dns_enabled && length(endpoint.subnet_ids) == 2])
    error_message = "An endpoint is not where its service's usual name leads."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.this.cidr_ipv4 == "10.0.0.0/16" && aws_vpc_security_group_ingress_rule.this.from_port == 443
    error_message = "Who may use them: ${aws_vpc_security_group_ingress_rule.this.cidr_ipv4}"
  }
}

run "s3_has_a_better_one" {
  command = plan

  variables {
    services = ["s3"]
  }

  expect_failures = [var.services]
}
