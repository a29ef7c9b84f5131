# A network that exists, read by Terraform itself, with AWS's answers made up.

mock_provider "aws" {
  mock_data "aws_vpc" {
    defaults = {
      id         = "vpc-0a1b2c3d4e5f60718"
      cidr_block = "10.1.0.0/16"
    }
  }
  mock_data "aws_subnets" {
    defaults = { ids = ["subnet-0a1b2c3d4e5f60718"] }
  }
  mock_data "aws_subnet" {
    defaults = {
      vpc_id               = "vpc-0a1b2c3d4e5f60718"
      availability_zone    = "eu-west-1a"
      availability_zone_id = "euw1-az1"
    }
  }
  mock_data "aws_route_tables" {
    defaults = { ids = [] }
  }
  mock_data "aws_route_table" {
    defaults = {
      id     = "rtb-0a1b2c3d4e5f60718"
      routes = [{ cidr_block = "0.0.0.0/0", nat_gateway_id = "nat-0a1b2c3d4e5f60718", gateway_id = "" }]
    }
  }
}

run "its_subnets_have_a_way_out" {
  command = plan

  assert {
    condition     = output.subnet_ids == tolist(["subnet-0a1b2c3d4e5f60718"]) && output.cidr_block == "10.1.0.0/16"
    error_message = "subnets: ${jsonencode(output.subnet_ids)}"
  }
}

run "subnets_of_another_vpc_are_refused" {
  command = plan

  variables {
    subnet_ids = ["subnet-0a1b2c3d4e5f60719"]
  }

  expect_failures = [data.aws_subnets.this]
}

run "a_public_subnet_given_as_private_is_refused" {
  command = plan

  override_data {
    target = data.aws_route_table.main
    values = { id = "rtb-0a1b2c3d4e5f60718" }
  }

  override_data {
    target = data.aws_route_table.way_out
    values = {
      id     = "rtb-0a1b2c3d4e5f60718"
      routes = [{ cidr_block = "0.0.0.0/0", gateway_id = "igw-0a1b2c3d4e5f60718", nat_gateway_id = "" }]
    }
  }

  expect_failures = [data.aws_route_table.way_out]
}

run "a_subnet_without_a_way_out_is_refused" {
  command = plan

  override_data {
    target = data.aws_route_table.way_out
    values = { id = "rtb-0a1b2c3d4e5f60718", routes = [] }
  }

  expect_failures = [data.aws_route_table.way_out]
}

run "a_way_out_that_nobody_knows_is_refused" {
  command = plan

  variables {
    way_out = "vpn"
  }

  expect_failures = [var.way_out]
}
