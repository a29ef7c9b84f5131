# Standard zones (no local, no wavelength zones), without those in which Fargate does not run.
data "aws_availability_zones" "fargate" {
  exclude_zone_ids = ["usw1-az2", "apne1-az3", "cnn1-az3", "cnn1-az4"]

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }

  lifecycle {
    postcondition {
      condition = length(var.availability_zones) > 0 || length([
        for id in self.zone_ids :
        id if !contains(["use1-az3"], id)
      ]) >= var.availability_zone_count
      error_message = "${data.aws_region.current.id} has ${length([for id in self.zone_ids : id if !contains(["use1-az3"], id)])} standard zones that offer Fargate, and ${var.availability_zone_count} are asked for. Set availability_zone_count to that, or use another region."
    }

    postcondition {
      condition     = alltrue([for zone in var.availability_zones : contains(self.names, zone)])
      error_message = "These are no standard zones of ${data.aws_region.current.id} that offer Fargate: ${join(", ", setsubtract(var.availability_zones, self.names))}. It has ${join(", ", self.names)}."
    }
  }
}

data "aws_region" "current" {}

locals {
  # Newer services are missing in use1-az3: who names a zone there gets it, nobody else.
  candidates = sort([
    for index, zone in data.aws_availability_zones.fargate.names :
    zone if !contains(["use1-az3"], data.aws_availability_zones.fargate.zone_ids[index])
  ])
}

# Remembers the choice: a zone that AWS opens or closes later must not move deployed subnets.
resource "terraform_data" "availability_zones" {
  input            = slice(local.candidates, 0, min(var.availability_zone_count, length(local.candidates)))
  triggers_replace = [var.availability_zone_count]

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  availability_zones = coalescelist(var.availability_zones, tolist(terraform_data.availability_zones.input))
  zones              = { for index, zone in local.availability_zones : zone => index }
  subnet_bits = var.subnet_prefix_length == null ? 4 : var.subnet_prefix_length - tonumber(
    split("/", var.cidr_block)[1]
  )
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = merge(var.tags, { Name = var.name })
}

# Private subnets: from the second half. Tasks run here.
resource "aws_subnet" "private" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr_block, local.subnet_bits, each.value + pow(2, local.subnet_bits - 1))

  tags = merge(var.tags, { Name = "${var.name}-private-${each.key}" })
}

resource "aws_route_table" "private" {
  for_each = local.zones

  vpc_id = aws_vpc.this.id

  tags = merge(var.tags, { Name = "${var.name}-private-${each.key}" })
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  route_table_id = aws_route_table.private[each.key].id
  subnet_id      = each.value.id
}

# The layers of images in ECR come from S3: this keeps them off the NAT gateway's bill.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  route_table_ids   = [for key in local.availability_zones : aws_route_table.private[key].id]
  service_name      = "com.amazonaws.${data.aws_region.current.id}.s3"
  vpc_endpoint_type = "Gateway"

  tags = merge(var.tags, { Name = "${var.name}-s3" })
}
