# The service evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name         = "webhooks"
  image        = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/webhooks:1.4.0"
  port         = 8000
  cluster_arn  = "arn:aws:ecs:eu-west-1:111122223333:cluster/prefect-cluster"
  vpc_id       = "vpc-0a1b2c3d4e5f60718"
  subnet_ids   = ["subnet-0a1b2c3d4e5f60718"]
  namespace_id = "ns-1234567890abcdef"
}

run "stands_alone" {
  command = plan

  assert {
    condition     = aws_ecs_service.this.launch_type == "FARGATE" && length(aws_ecs_service.this.load_balancer) == 0
    error_message = "launch type: ${aws_ecs_service.this.launch_type}"
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.callers) == 0 && length(aws_vpc_security_group_ingress_rule.network) == 0 && length(aws_iam_role_policy.read_secrets) == 0 && length(aws_iam_role_policy.open_shell) == 0
    error_message = "Nobody was named, and yet somebody may connect or something may be read."
  }

  assert {
    condition     = local.container.healthCheck == null
    error_message = "It has a health check that nobody asked for."
  }
}

run "is_reached_by_those_who_are_named" {
  command = plan

  variables {
    callers       = { dev-worker = "sg-0a1b2c3d4e5f60718" }
    allowed_cidrs = ["10.1.0.0/16"]
    load_balancers = {
      webhooks = {
        target_group_arn  = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/prefect-webhooks/73e2d6bc24d8a067"
        security_group_id = "sg-0a1b2c3d4e5f60719"
      }
    }
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_ingress_rule.callers : rule.referenced_security_group_id] == ["sg-0a1b2c3d4e5f60718"] && keys(aws_vpc_security_group_ingress_rule.network) == ["10.1.0.0/16"]
    error_message = "ingress: ${jsonencode(keys(aws_vpc_security_group_ingress_rule.callers))}"
  }

  assert {
    condition     = one(aws_ecs_service.this.load_balancer).container_port == 8000 && aws_ecs_service.this.health_check_grace_period_seconds == 300
    error_message = "load balancer: ${jsonencode(aws_ecs_service.this.load_balancer)}"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.load_balancers["webhooks"].security_group_id == "sg-0a1b2c3d4e5f60719"
    error_message = "The load balancer cannot reach it."
  }
}

run "reads_its_own_secrets_and_no_other" {
  command = plan

  variables {
    secrets = {
      TOKEN  = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:webhooks-AbCdEf:token::"
      SIGNED = "arn:aws:ssm:eu-west-1:111122223333:parameter/webhooks/signed"
    }
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.read_secrets[0].policy).Statement[*].Resource == [
      ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:webhooks-AbCdEf"],
      ["arn:aws:ssm:eu-west-1:111122223333:parameter/webhooks/signed"],
    ]
    error_message = aws_iam_role_policy.read_secrets[0].policy
  }
}

run "opens_a_shell_where_that_is_asked_for" {
  command = plan

  variables {
    enable_execute_command = true
  }

  assert {
    condition     = aws_ecs_service.this.enable_execute_command && strcontains(aws_iam_role_policy.open_shell[0].policy, "ssmmessages:OpenDataChannel")
    error_message = "ECS Exec needs its messages."
  }
}

run "a_size_that_fargate_does_not_offer_is_refused" {
  command = plan

  variables {
    memory_mib = 3000
  }

  expect_failures = [var.memory_mib]
}

run "a_variable_that_is_also_a_secret_is_refused" {
  command = plan

  variables {
    environment = { TOKEN = "none" }
    secrets     = { TOKEN = "arn:aws:ssm:eu-west-1:111122223333:parameter/webhooks/token" }
  }

  expect_failures = [var.secrets]
}
