# Where it may connect to, the service behind it adds.
resource "aws_security_group" "this" {
  name        = "${var.name}-alb"
  description = "Load balancer ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}-alb" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = toset(var.allowed_cidrs)

  description       = "Allowed to connect"
  security_group_id = aws_security_group.this.id
  ip_protocol       = "tcp"
  from_port         = var.http ? 80 : 443
  to_port           = var.http ? 80 : 443
  cidr_ipv4         = each.key
}

resource "aws_lb" "this" {
  name                       = var.name
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
  idle_timeout               = var.idle_timeout_seconds
  internal                   = var.internal
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.this.id]
  subnets                    = var.subnet_ids

  dynamic "access_logs" {
    for_each = var.access_logs_bucket != null ? [true] : []

    content {
      bucket  = var.access_logs_bucket
      prefix  = var.access_logs_prefix
      enabled = true
    }
  }

  tags = var.tags
}

resource "aws_lb_target_group" "this" {
  name                 = var.name
  vpc_id               = var.vpc_id
  deregistration_delay = "30"
  # ECS registers each task with its own port. This one counts for nothing, so it never has to be replaced.
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"

  health_check {
    interval = 15
    matcher  = "200-399"
    path     = var.health_check_path
    timeout  = 5
  }

  tags = var.tags
}

resource "aws_lb_listener" "this" {
  certificate_arn   = var.certificate_arn
  load_balancer_arn = aws_lb.this.arn
  port              = var.http ? 80 : 443
  protocol          = var.http ? "HTTP" : "HTTPS"
  ssl_policy        = var.http ? null : var.ssl_policy

  default_action {
    target_group_arn = aws_lb_target_group.this.arn
    type             = "forward"
  }

  tags = var.tags
}
