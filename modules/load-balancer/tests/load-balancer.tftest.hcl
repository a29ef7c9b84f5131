# The load balancer evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = {
      arn      = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/prefect-webhooks/50dc6c495c0c9188"
      dns_name = "prefect-webhooks-1.eu-west-1.elb.amazonaws.com"
    }
  }
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/prefect-webhooks/73e2d6bc24d8a067" }
  }
}

variables {
  name            = "prefect-webhooks"
  vpc_id          = "vpc-0a1b2c3d4e5f60718"
  subnet_ids      = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"]
  allowed_cidrs   = ["203.0.113.0/24"]
  certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b"
}

run "speaks_https_to_those_who_are_allowed" {
  command = apply

  assert {
    condition     = aws_lb_listener.this.protocol == "HTTPS" && aws_lb_listener.this.port == 443 && strcontains(aws_lb_listener.this.ssl_policy, "TLS13-1-2")
    error_message = "listener: ${aws_lb_listener.this.protocol} ${aws_lb_listener.this.ssl_policy}"
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_ingress_rule.this : "${rule.cidr_ipv4} ${rule.from_port}"] == ["203.0.113.0/24 443"]
    error_message = "ingress: ${jsonencode(keys(aws_vpc_security_group_ingress_rule.this))}"
  }

  assert {
    condition     = aws_lb.this.drop_invalid_header_fields && !aws_lb.this.internal && length(aws_lb.this.access_logs) == 0
    error_message = "The load balancer is not as safe as it should be."
  }

  assert {
    condition     = output.url == "https://prefect-webhooks-1.eu-west-1.elb.amazonaws.com"
    error_message = "url: ${output.url}"
  }
}

run "speaks_http_where_that_is_said" {
  command = plan

  variables {
    certificate_arn     = null
    http                = true
    access_logs_bucket  = "acme-logs"
    deletion_protection = true
  }

  assert {
    condition     = aws_lb_listener.this.protocol == "HTTP" && aws_lb_listener.this.port == 80
    error_message = "listener: ${aws_lb_listener.this.protocol}"
  }

  assert {
    condition     = aws_lb.this.access_logs[0].bucket == "acme-logs" && aws_lb.this.enable_deletion_protection
    error_message = "logs: ${jsonencode(aws_lb.this.access_logs)}"
  }
}

run "neither_certificate_nor_http_is_refused" {
  command = plan

  variables {
    certificate_arn = null
  }

  expect_failures = [var.certificate_arn]
}

run "one_zone_is_too_few" {
  command = plan

  variables {
    subnet_ids = ["subnet-0a1b2c3d4e5f60718"]
  }

  expect_failures = [var.subnet_ids]
}

run "nobody_is_nobody" {
  command = plan

  variables {
    allowed_cidrs = []
  }

  expect_failures = [var.allowed_cidrs]
}

run "a_name_too_long_is_refused" {
  command = plan

  variables {
    name = "prefect-a-name-of-thirty-three-ch"
  }

  expect_failures = [var.name]
}
