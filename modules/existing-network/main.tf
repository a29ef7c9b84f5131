data "aws_vpc" "this" {
  default = var.vpc_id == null && length(var.vpc_tags) == 0 ? true : null
  id      = var.vpc_id

  tags = length(var.vpc_tags) > 0 ? var.vpc_tags : null
}

data "aws_subnets" "this" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.this.id]
  }

  tags = length(var.subnet_tags) > 0 ? var.subnet_tags : null

  lifecycle {
    postcondition {
      condition     = length(self.ids) > 0
      error_message = "${data.aws_vpc.this.id} has no subnets${length(var.subnet_tags) > 0 ? " with these tags" : ""}. Give subnet ids or other tags."
    }

    postcondition {
      condition     = alltrue([for id in var.subnet_ids : contains(self.ids, id)])
      error_message = "These subnets are not in ${data.aws_vpc.this.id}${length(var.subnet_tags) > 0 ? " with these tags" : ""}: ${join(", ", setsubtract(var.subnet_ids, self.ids))}."
    }
  }
}

data "aws_subnet" "each" {
  for_each = toset(length(var.subnet_ids) > 0 ? var.subnet_ids : data.aws_subnets.this.ids)

  id = each.key

  lifecycle {
    postcondition {
      condition = length(var.subnet_ids) == 0 || !contains(
        local.zones_without_fargate,
        self.availability_zone_id
      )
      error_message = "${self.id} lies in ${self.availability_zone} (${self.availability_zone_id}), where Fargate does not run tasks. Leave it out."
    }
  }
}

# Subnets without a route table of their own use the VPC's main one.
data "aws_route_table" "main" {
  vpc_id = data.aws_vpc.this.id

  filter {
    name   = "association.main"
    values = ["true"]
  }
}

data "aws_route_tables" "own" {
  for_each = setunion(local.subnet_ids, var.public_subnet_ids)

  vpc_id = data.aws_vpc.this.id

  filter {
    name   = "association.subnet-id"
    values = [each.key]
  }
}

data "aws_route_table" "way_out" {
  for_each = local.ways_out

  route_table_id = coalesce(one(data.aws_route_tables.own[each.key].ids), data.aws_route_table.main.id)

  lifecycle {
    postcondition {
      condition     = each.value == "none" || anytrue([for route in self.routes : route.cidr_block == "0.0.0.0/0"])
      error_message = "${each.key} has no way out: its route table ${self.id} has no route for 0.0.0.0/0. Give it one, through a NAT gateway for example, or name other subnets."
    }

    postcondition {
      condition = each.value != "private" || alltrue([
        for route in self.routes :
        !startswith(route.gateway_id, "igw-") if route.cidr_block == "0.0.0.0/0"
      ])
      error_message = "${each.key} is a public subnet: its route table ${self.id} leads out by an Internet gateway, which serves only tasks with public addresses. Let tasks have them (assignPublicIp: true in a config), or name private subnets."
    }

    postcondition {
      condition = each.value != "internet-gateway" || alltrue([
        for route in self.routes :
        startswith(route.gateway_id, "igw-") if route.cidr_block == "0.0.0.0/0"
      ])
      error_message = "${each.key} is a private subnet: its route table ${self.id} does not lead out by an Internet gateway, so public addresses are of no use in it. Name public subnets, or do without the addresses."
    }
  }
}

data "aws_subnet" "public" {
  for_each = toset(var.public_subnet_ids)

  id = each.key

  lifecycle {
    postcondition {
      condition     = self.vpc_id == data.aws_vpc.this.id
      error_message = "${self.id} is not in ${data.aws_vpc.this.id}, but in ${self.vpc_id}."
    }
  }
}

locals {
  zones_without_fargate = ["usw1-az2", "apne1-az3", "cnn1-az3", "cnn1-az4"]
  # Not refused to those who name a subnet there, but not chosen either.
  zones_to_avoid = ["use1-az3", "usw1-az2", "apne1-az3", "cnn1-az3", "cnn1-az4"]
  # Fargate runs tasks in standard zones, not in local ones such as us-east-1-bos-1a.
  subnet_ids = sort(
    length(var.subnet_ids) > 0 ? var.subnet_ids : [
      for id, subnet in data.aws_subnet.each :
      id if can(regex("^[a-z]+(-[a-z]+)+-[0-9]+[a-z]$", subnet.availability_zone)) && !contains(
        local.zones_to_avoid,
        subnet.availability_zone_id
      )
    ]
  )
  # How each subnet has to lead out.
  ways_out = merge(
    { for id in local.subnet_ids : id => var.way_out },
    { for id in var.public_subnet_ids : id => "internet-gateway" }
  )
}
