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
}
