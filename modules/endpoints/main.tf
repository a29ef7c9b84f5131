data "aws_region" "current" {}

resource "aws_security_group" "this" {
  name        = "${var.name}-endpoints"
  description = "Interface endpoints of AWS services"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}-endpoints" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  description       = "HTTPS from inside the VPC"
  security_group_id = aws_security_group.this.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = var.cidr_block
}

# AWS bills each by the hour, in every zone in which it has a subnet.
resource "aws_vpc_endpoint" "this" {
  for_each = toset(var.services)

  vpc_id = var.vpc_id
  # The service's usual name leads here: nothing else changes.
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.this.id]
  service_name        = "com.amazonaws.${data.aws_region.current.id}.${each.key}"
  subnet_ids          = var.subnet_ids
  vpc_endpoint_type   = "Interface"

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}
