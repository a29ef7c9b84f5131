# The public network evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
  mock_data "aws_availability_zones" {
    defaults = {
      names    = ["eu-west-1b", "eu-west-1a", "eu-west-1c"]
      zone_ids = ["euw1-az2", "euw1-az1", "euw1-az3"]
    }
  }
}

run "a_subnet_in_each_zone" {
  command = apply

  assert {
    condition     = keys(aws_subnet.public) == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    error_message = "subnets: ${jsonencode(keys(aws_subnet.public))}"
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : subnet.map_public_ip_on_launch == true])
    error_message = "Public addresses are not given as they should be."
  }

  assert {
    condition     = length(output.public_subnet_ids) == 3
    error_message = "The subnets are not all given."
  }
}

run "a_range_that_is_too_small_is_refused" {
  command = plan

  variables {
    cidr_block = "10.0.0.0/29"
  }

  expect_failures = [var.cidr_block]
}
