data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_partition" "current" {}

locals {
  ec2_arn         = "arn:${data.aws_partition.current.partition}:ec2:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  ecs_arn         = "arn:${data.aws_partition.current.partition}:ecs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  iam_arn         = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}"
  role_arn        = "${local.iam_arn}:role${var.role_path}"
  logs_arn        = "arn:${data.aws_partition.current.partition}:logs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  events_arn      = "arn:${data.aws_partition.current.partition}:events:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  sqs_arn         = "arn:${data.aws_partition.current.partition}:sqs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  discovery_arn   = "arn:${data.aws_partition.current.partition}:servicediscovery:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  elb_arn         = "arn:${data.aws_partition.current.partition}:elasticloadbalancing:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  tagged_as_ours  = { for tag, value in var.resource_tags : "aws:ResourceTag/${tag}" => value }
  tagging_as_ours = { for tag, value in var.resource_tags : "aws:RequestTag/${tag}" => value }
  roles = concat(
    ["${local.role_arn}${var.execution_role_name}"],
    [for worker in var.workers : "${local.role_arn}prefect-${worker}-task-role"],
    [for worker in var.workers : "${local.role_arn}prefect-${worker}-flow-task-role"],
    [for service in var.services : "${local.role_arn}prefect-${service}-task-role"],
    [for service in var.services : "${local.role_arn}prefect-${service}-execution-role"],
    contains(var.modules, "flow-logs") ? ["${local.role_arn}prefect-flow-logs-vpc-*"] : [],
    contains(var.modules, "scaler") ? ["${local.role_arn}prefect-scaler-*"] : []
  )
  issuer   = var.github_repository != null ? "token.actions.githubusercontent.com" : "oidc.circleci.com/org/${coalesce(var.circleci_organization_id, "-")}"
  audience = var.github_repository != null ? "sts.amazonaws.com" : var.circleci_organization_id
}

# An account can have one for each address. AWS checks every token's signature with its keys.
resource "aws_iam_openid_connect_provider" "this" {
  count = var.oidc_provider_arn == null ? 1 : 0

  client_id_list = [local.audience]
  url            = "https://${local.issuer}"

  tags = var.tags
}

locals {
  # https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
  github_subject = "repo:${coalesce(var.github_repository, "-")}"
  # Of CIRCLE_OIDC_TOKEN_V2: https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
  circleci_subject = "org/${coalesce(var.circleci_organization_id, "-")}/project/${coalesce(var.circleci_project_id, "-")}/user/????????-????-????-????-????????????/vcs-origin/${coalesce(var.circleci_vcs_origin, "-")}/vcs-ref"
  plan_subjects = var.github_repository != null ? [
    "${local.github_subject}:pull_request",
    "${local.github_subject}:ref:refs/heads/${var.branch}",
  ] : ["${local.circleci_subject}/refs/*"]
  apply_subjects = var.github_repository != null ? [
    for environment in var.github_environments :
    "${local.github_subject}:environment:${environment}"
  ] : ["${local.circleci_subject}/refs/heads/${var.branch}"]
  # https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
  apply_ref = var.github_repository != null && data.aws_partition.current.partition == "aws" ? "refs/heads/${var.branch}" : null
}

# What tasks need and no more: whoever can write a task's role gains no right by it.
resource "aws_iam_policy" "boundary" {
  name        = "${var.name}-boundary"
  description = "The most that roles made by a pipeline may do."
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "PullImages"
          Effect = "Allow"
          Action = [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetAuthorizationToken",
            "ecr:GetDownloadUrlForLayer",
          ]
          Resource = "*"
        },
        {
          Sid    = "WriteAndReadLogs"
          Effect = "Allow"
          Action = [
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:GetLogEvents",
            "logs:PutLogEvents",
          ]
          Resource = "arn:${data.aws_partition.current.partition}:logs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:log-group:/prefect/*"
        },
        {
          Sid    = "ReadOwnSecrets"
          Effect = "Allow"
          Action = ["secretsmanager:GetSecretValue", "ssm:GetParameters"]
          Resource = concat(
            [
              "arn:${data.aws_partition.current.partition}:secretsmanager:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:secret:${var.secret_name}-??????",
            ],
            var.secret_arns
          )
        },
        {
          Sid      = "DecryptOwnSecrets"
          Effect   = "Allow"
          Action   = "kms:Decrypt"
          Resource = "*"
          Condition = {
            StringEquals = { "kms:ViaService" = "secretsmanager.${data.aws_region.current.id}.amazonaws.com" }
          }
        },
        {
          Sid      = "RunFlows"
          Effect   = "Allow"
          Action   = ["ecs:DescribeTasks", "ecs:RunTask", "ecs:StopTask"]
          Resource = "*"
          Condition = {
            ArnEquals = {
              "ecs:cluster" = "arn:${data.aws_partition.current.partition}:ecs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:cluster/${var.cluster_name}"
            }
          }
        },
        {
          Sid    = "ProtectAndScaleWorkers"
          Effect = "Allow"
          Action = [
            "ecs:DescribeServices",
            "ecs:GetTaskProtection",
            "ecs:ListTasks",
            "ecs:UpdateService",
            "ecs:UpdateTaskProtection",
          ]
          Resource = "*"
          Condition = {
            ArnEquals = {
              "ecs:cluster" = "arn:${data.aws_partition.current.partition}:ecs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:cluster/${var.cluster_name}"
            }
          }
        },
        {
          Sid    = "BeInTheVpc"
          Effect = "Allow"
          Action = [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:UnassignPrivateIpAddresses",
          ]
          Resource = "*"
        },
        {
          Sid       = "TagFlowsAsTheyStart"
          Effect    = "Allow"
          Action    = "ecs:TagResource"
          Resource  = "*"
          Condition = { StringEquals = { "ecs:CreateAction" = "RunTask" } }
        },
        {
          Sid      = "DefineFlowTasks"
          Effect   = "Allow"
          Action   = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"]
          Resource = "*"
        },
        {
          Sid    = "HandRolesToFlows"
          Effect = "Allow"
          Action = "iam:PassRole"
          Resource = concat(
            [
              "${"arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role"}${var.role_path}${var.execution_role_name}",
            ],
            [
              for worker in var.workers :
              "${"arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role"}${var.role_path}prefect-${worker}-flow-task-role"
            ]
          )
          Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
        },
        {
          Sid      = "CheckSubnets"
          Effect   = "Allow"
          Action   = ["ec2:DescribeSubnets", "ec2:DescribeVpcs"]
          Resource = "*"
        },
        {
          Sid    = "ReceiveTaskEvents"
          Effect = "Allow"
          Action = [
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage",
          ]
          Resource = "arn:${data.aws_partition.current.partition}:sqs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:prefect-*-task-*"
        },
        {
          Sid    = "OpenShell"
          Effect = "Allow"
          Action = [
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
          ]
          Resource = "*"
        },
        {
          Sid    = "NotTheState"
          Effect = "Deny"
          Action = "s3:*"
          Resource = [
            "arn:${data.aws_partition.current.partition}:s3:::${var.state_bucket}",
            "arn:${data.aws_partition.current.partition}:s3:::${var.state_bucket}/*",
          ]
        },
      ],
      length(var.task_actions) > 0 ? [{
        Sid      = "GivenToFlows"
        Effect   = "Allow"
        Action   = var.task_actions
        Resource = "*"
      }] : []
    )
  })

  tags = var.tags
}

resource "aws_iam_policy" "limits" {
  name        = "${var.name}-limits"
  description = "The most that the pipeline itself may do, whatever is attached to its role."
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "InThisRegion"
        Effect = "Allow"
        Action = [
          "application-autoscaling:*",
          "cloudwatch:*",
          "ec2:*",
          "ecr:*",
          "ecs:*",
          "elasticloadbalancing:*",
          "events:*",
          "lambda:*",
          "logs:*",
          "route53:*",
          "secretsmanager:*",
          "servicediscovery:*",
          "sqs:*",
        ]
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = [data.aws_region.current.id, "us-east-1"] } }
      },
      {
        Sid    = "Roles"
        Effect = "Allow"
        Action = [
          "iam:AttachRolePolicy",
          "iam:CreateRole",
          "iam:CreateServiceLinkedRole",
          "iam:DeleteRole",
          "iam:DeleteRolePolicy",
          "iam:DetachRolePolicy",
          "iam:Get*",
          "iam:List*",
          "iam:PassRole",
          "iam:PutRolePermissionsBoundary",
          "iam:PutRolePolicy",
          "iam:TagRole",
          "iam:UntagRole",
          "iam:UpdateAssumeRolePolicy",
          "iam:UpdateRole",
          "iam:UpdateRoleDescription",
        ]
        Resource = "*"
      },
      {
        Sid    = "State"
        Effect = "Allow"
        Action = "s3:*"
        Resource = [
          "arn:${data.aws_partition.current.partition}:s3:::${var.state_bucket}",
          "arn:${data.aws_partition.current.partition}:s3:::${var.state_bucket}/*",
        ]
      },
      {
        Sid      = "WhoAmI"
        Effect   = "Allow"
        Action   = "sts:GetCallerIdentity"
        Resource = "*"
      },
      {
        Sid       = "NotItself"
        Effect    = "Deny"
        NotAction = ["iam:Get*", "iam:List*"]
        Resource = [
          "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.name}-plan",
          "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.name}-apply",
          "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/${var.name}-*",
          "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/*",
        ]
      },
      {
        Sid    = "NoRoleWithoutBoundary"
        Effect = "Deny"
        Action = [
          "iam:AttachRolePolicy",
          "iam:CreateRole",
          "iam:PutRolePermissionsBoundary",
          "iam:PutRolePolicy",
        ]
        Resource = "*"
        Condition = {
          StringNotEquals = {
            "iam:PermissionsBoundary" = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/${var.name}-boundary"
          }
        }
      },
    ]
  })

  tags = var.tags
}

resource "aws_iam_role" "plan" {
  name        = "${var.name}-plan"
  description = "A pipeline that plans: it reads."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "Pipeline"
      Effect = "Allow"
      Principal = {
        Federated = coalesce(var.oidc_provider_arn, one(aws_iam_openid_connect_provider.this[*].arn))
      }
      Action = "sts:AssumeRoleWithWebIdentity"
      Condition = merge(
        {
          StringEquals = {
            for claim, value in { aud = local.audience, sub = var.github_repository != null ? local.plan_subjects : null, ref = null } :
            "${local.issuer}:${claim}" => value if value != null
          }
        },
        {
          for operator, claims in { StringLike = { "${local.issuer}:sub" = local.plan_subjects } } :
          operator => claims if !(var.github_repository != null)
        }
      )
    }]
  })
  max_session_duration = 3600

  tags = var.tags
}

# Reads; writes nothing but the lock beside the state. No secret is ever read for a plan.
resource "aws_iam_role_policy" "plan" {
  name = "plan"
  role = aws_iam_role.plan.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ReadAnywhere"
        Effect = "Allow"
        Action = [
          "application-autoscaling:DescribeScalableTargets",
          "application-autoscaling:DescribeScalingPolicies",
          "application-autoscaling:ListTagsForResource",
          "cloudwatch:DescribeAlarms",
          "ec2:DescribeAddresses",
          "ec2:DescribeAddressesAttribute",
          "ec2:DescribeAvailabilityZones",
          "ec2:DescribeFlowLogs",
          "ec2:DescribeInternetGateways",
          "ec2:DescribeNatGateways",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribePrefixLists",
          "ec2:DescribeRegions",
          "ec2:DescribeRouteTables",
          "ec2:DescribeSecurityGroupRules",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcAttribute",
          "ec2:DescribeVpcEndpoints",
          "ec2:DescribeVpcs",
          "ecr:DescribeRepositories",
          "ecr:GetLifecyclePolicy",
          "ecr:ListTagsForResource",
          "ecs:DescribeTaskDefinition",
          "ecs:GetTaskProtection",
          "ecs:ListTaskDefinitions",
          "ecs:ListTasks",
          "elasticloadbalancing:DescribeCapacityReservation",
          "elasticloadbalancing:DescribeListenerAttributes",
          "elasticloadbalancing:DescribeListeners",
          "elasticloadbalancing:DescribeLoadBalancerAttributes",
          "elasticloadbalancing:DescribeLoadBalancers",
          "elasticloadbalancing:DescribeTags",
          "elasticloadbalancing:DescribeTargetGroupAttributes",
          "elasticloadbalancing:DescribeTargetGroups",
          "lambda:GetFunction",
          "lambda:GetFunctionCodeSigningConfig",
          "lambda:GetFunctionConfiguration",
          "lambda:GetFunctionEventInvokeConfig",
          "lambda:GetPolicy",
          "lambda:ListTags",
          "lambda:ListVersionsByFunction",
          "logs:DescribeLogGroups",
          "route53:GetHostedZone",
          "route53:ListHostedZonesByName",
          "servicediscovery:GetNamespace",
          "servicediscovery:GetOperation",
          "servicediscovery:GetService",
          "servicediscovery:ListInstances",
          "servicediscovery:ListNamespaces",
          "servicediscovery:ListTagsForResource",
          "sts:GetCallerIdentity",
        ]
        Resource = "*"
      },
      {
        Sid      = "ReadCluster"
        Effect   = "Allow"
        Action   = ["ecs:DescribeClusters"]
        Resource = "${local.ecs_arn}:cluster/${var.cluster_name}"
      },
      {
        Sid    = "ReadServices"
        Effect = "Allow"
        Action = ["ecs:DescribeServices"]
        Resource = [
          for name in concat(var.workers, var.services) :
          "${local.ecs_arn}:service/${var.cluster_name}/${name}"
        ]
      },
      {
        Sid      = "ReadTasks"
        Effect   = "Allow"
        Action   = ["ecs:DescribeTasks"]
        Resource = "${local.ecs_arn}:task/${var.cluster_name}/*"
      },
      {
        Sid    = "ReadRules"
        Effect = "Allow"
        Action = ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"]
        Resource = concat(
          [for worker in var.workers : "${local.events_arn}:rule/prefect-${worker}-task-*"],
          contains(var.modules, "scaler") ? ["${local.events_arn}:rule/prefect-scaler-*"] : []
        )
      },
      {
        Sid    = "ReadRoles"
        Effect = "Allow"
        Action = [
          "iam:GetRole",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies",
          "iam:ListInstanceProfilesForRole",
          "iam:ListRolePolicies",
        ]
        Resource = local.roles
      },
      {
        Sid    = "ReadLogGroups"
        Effect = "Allow"
        Action = [
          "logs:DescribeLogStreams",
          "logs:FilterLogEvents",
          "logs:GetLogEvents",
          "logs:ListTagsForResource",
        ]
        Resource = concat(
          [for name in concat(var.workers, var.services) : "${local.logs_arn}:log-group:/prefect/${name}/*"],
          contains(var.modules, "flow-logs") ? ["${local.logs_arn}:log-group:/prefect/flow-logs/*"] : [],
          contains(var.modules, "scaler") ? ["${local.logs_arn}:log-group:/prefect/scaler/*"] : []
        )
      },
      {
        Sid      = "ReadSecret"
        Effect   = "Allow"
        Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"]
        Resource = "arn:${data.aws_partition.current.partition}:secretsmanager:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:secret:${var.secret_name}-??????"
      },
      {
        Sid      = "ReadQueues"
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"]
        Resource = [for worker in var.workers : "${local.sqs_arn}:prefect-${worker}-task-*"]
      },
      {
        Sid      = "FindState"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:${data.aws_partition.current.partition}:s3:::${var.state_bucket}"
      },
      {
        Sid      = "UseState"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:${data.aws_partition.current.partition}:s3:::${var.state_bucket}/${var.state_key}"
      },
      {
        Sid      = "LockState"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = "arn:${data.aws_partition.current.partition}:s3:::${var.state_bucket}/${var.state_key}.tflock"
      },
      {
        Sid    = "NoSecrets"
        Effect = "Deny"
        Action = [
          "secretsmanager:BatchGetSecretValue",
          "secretsmanager:GetSecretValue",
          "ssm:GetParameter",
          "ssm:GetParameterHistory",
          "ssm:GetParameters",
          "ssm:GetParametersByPath",
        ]
        Resource = "*"
      },
      {
        Sid      = "NoDecryption"
        Effect   = "Deny"
        Action   = "kms:Decrypt"
        Resource = "*"
        Condition = {
          StringNotEquals = { "kms:ViaService" = "s3.${data.aws_region.current.id}.amazonaws.com" }
        }
      },
    ]
  })
}

resource "aws_iam_role" "apply" {
  name        = "${var.name}-apply"
  description = "A pipeline that applies: it makes, changes and removes what the system consists of."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "Pipeline"
      Effect = "Allow"
      Principal = {
        Federated = coalesce(var.oidc_provider_arn, one(aws_iam_openid_connect_provider.this[*].arn))
      }
      Action = "sts:AssumeRoleWithWebIdentity"
      Condition = merge(
        {
          StringEquals = {
            for claim, value in { aud = local.audience, sub = var.github_repository != null ? local.apply_subjects : null, ref = local.apply_ref } :
            "${local.issuer}:${claim}" => value if value != null
          }
        },
        {
          for operator, claims in { StringLike = { "${local.issuer}:sub" = local.apply_subjects } } :
          operator => claims if !(var.github_repository != null)
        }
      )
    }]
  })
  max_session_duration = 3600
  permissions_boundary = aws_iam_policy.limits.arn

  tags = var.tags
}

resource "aws_iam_role_policy" "apply" {
  name = "apply"
  role = aws_iam_role.apply.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "ReadAnywhere"
          Effect = "Allow"
          Action = [
            "application-autoscaling:DescribeScalableTargets",
            "application-autoscaling:DescribeScalingPolicies",
            "application-autoscaling:ListTagsForResource",
            "cloudwatch:DescribeAlarms",
            "ec2:DescribeAddresses",
            "ec2:DescribeAddressesAttribute",
            "ec2:DescribeAvailabilityZones",
            "ec2:DescribeFlowLogs",
            "ec2:DescribeInternetGateways",
            "ec2:DescribeNatGateways",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribePrefixLists",
            "ec2:DescribeRegions",
            "ec2:DescribeRouteTables",
            "ec2:DescribeSecurityGroupRules",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcAttribute",
            "ec2:DescribeVpcEndpoints",
            "ec2:DescribeVpcs",
            "ecr:DescribeRepositories",
            "ecr:GetLifecyclePolicy",
            "ecr:ListTagsForResource",
            "ecs:DescribeTaskDefinition",
            "ecs:GetTaskProtection",
            "ecs:ListTaskDefinitions",
            "ecs:ListTasks",
            "elasticloadbalancing:DescribeCapacityReservation",
            "elasticloadbalancing:DescribeListenerAttributes",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:DescribeTargetGroupAttributes",
            "elasticloadbalancing:DescribeTargetGroups",
            "lambda:GetFunction",
            "lambda:GetFunctionCodeSigningConfig",
            "lambda:GetFunctionConfiguration",
            "lambda:GetFunctionEventInvokeConfig",
            "lambda:GetPolicy",
            "lambda:ListTags",
            "lambda:ListVersionsByFunction",
            "logs:DescribeLogGroups",
            "route53:GetHostedZone",
            "route53:ListHostedZonesByName",
            "servicediscovery:GetNamespace",
            "servicediscovery:GetOperation",
            "servicediscovery:GetService",
            "servicediscovery:ListInstances",
            "servicediscovery:ListNamespaces",
            "servicediscovery:ListTagsForResource",
            "sts:GetCallerIdentity",
          ]
          Resource = "*"
        },
        {
          Sid      = "ReadCluster"
          Effect   = "Allow"
          Action   = ["ecs:DescribeClusters"]
          Resource = "${local.ecs_arn}:cluster/${var.cluster_name}"
        },
        {
          Sid    = "ReadServices"
          Effect = "Allow"
          Action = ["ecs:DescribeServices"]
          Resource = [
            for name in concat(var.workers, var.services) :
            "${local.ecs_arn}:service/${var.cluster_name}/${name}"
          ]
        },
        {
          Sid      = "ReadTasks"
          Effect   = "Allow"
          Action   = ["ecs:DescribeTasks"]
          Resource = "${local.ecs_arn}:task/${var.cluster_name}/*"
        },
        {
          Sid    = "ReadRules"
          Effect = "Allow"
          Action = ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"]
          Resource = concat(
            [for worker in var.workers : "${local.events_arn}:rule/prefect-${worker}-task-*"],
            contains(var.modules, "scaler") ? ["${local.events_arn}:rule/prefect-scaler-*"] : []
          )
        },
        {
          Sid    = "ReadRoles"
          Effect = "Allow"
          Action = [
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListInstanceProfilesForRole",
            "iam:ListRolePolicies",
          ]
          Resource = local.roles
        },
        {
          Sid    = "ReadLogGroups"
          Effect = "Allow"
          Action = [
            "logs:DescribeLogStreams",
            "logs:FilterLogEvents",
            "logs:GetLogEvents",
            "logs:ListTagsForResource",
          ]
          Resource = concat(
            [for name in concat(var.workers, var.services) : "${local.logs_arn}:log-group:/prefect/${name}/*"],
            contains(var.modules, "flow-logs") ? ["${local.logs_arn}:log-group:/prefect/flow-logs/*"] : [],
            contains(var.modules, "scaler") ? ["${local.logs_arn}:log-group:/prefect/scaler/*"] : []
          )
        },
        {
          Sid      = "ReadSecret"
          Effect   = "Allow"
          Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"]
          Resource = "arn:${data.aws_partition.current.partition}:secretsmanager:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:secret:${var.secret_name}-??????"
        },
        {
          Sid      = "ReadQueues"
          Effect   = "Allow"
          Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"]
          Resource = [for worker in var.workers : "${local.sqs_arn}:prefect-${worker}-task-*"]
        },
        {
          Sid      = "FindState"
          Effect   = "Allow"
          Action   = "s3:ListBucket"
          Resource = "arn:${data.aws_partition.current.partition}:s3:::${var.state_bucket}"
        },
        {
          Sid      = "UseState"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:PutObject"]
          Resource = "arn:${data.aws_partition.current.partition}:s3:::${var.state_bucket}/${var.state_key}"
        },
        {
          Sid      = "LockState"
          Effect   = "Allow"
          Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
          Resource = "arn:${data.aws_partition.current.partition}:s3:::${var.state_bucket}/${var.state_key}.tflock"
        },
      ],
      [
        for statement in [{ Sid = "LogInToRegistry", Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" }, { Sid = "PushFlows", Effect = "Allow", Action = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"], Resource = "arn:${data.aws_partition.current.partition}:ecr:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:repository/${coalesce(var.flows_repository, "-")}" }] :
        statement if var.flows_repository != null
      ]
    )
  })
}

locals {
  # Just what Terraform calls for each module's resources, and where: `areas` has the places by these names.
  needs = {
    network = {
      new-vpc       = ["ec2:CreateVpc"]
      taggingNewEc2 = ["ec2:CreateTags"]
      ownEc2 = [
        "ec2:AllocateAddress",
        "ec2:AssociateRouteTable",
        "ec2:AttachInternetGateway",
        "ec2:CreateInternetGateway",
        "ec2:CreateNatGateway",
        "ec2:CreateRoute",
        "ec2:CreateRouteTable",
        "ec2:CreateSubnet",
        "ec2:CreateTags",
        "ec2:CreateVpc",
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteInternetGateway",
        "ec2:DeleteNatGateway",
        "ec2:DeleteRoute",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSubnet",
        "ec2:DeleteTags",
        "ec2:DeleteVpc",
        "ec2:DeleteVpcEndpoints",
        "ec2:DetachInternetGateway",
        "ec2:DisassociateAddress",
        "ec2:DisassociateRouteTable",
        "ec2:ModifySubnetAttribute",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcEndpoint",
        "ec2:ReleaseAddress",
        "ec2:ReplaceRoute",
        "ec2:ReplaceRouteTableAssociation",
      ]
      new-internet-gateway = ["ec2:CreateInternetGateway"]
      new-subnet           = ["ec2:CreateSubnet"]
      new-route-table      = ["ec2:CreateRouteTable"]
      new-elastic-ip       = ["ec2:AllocateAddress"]
      new-natgateway       = ["ec2:CreateNatGateway"]
      new-vpc-endpoint     = ["ec2:CreateVpcEndpoint"]
    }
    public-network = {
      new-vpc       = ["ec2:CreateVpc"]
      taggingNewEc2 = ["ec2:CreateTags"]
      ownEc2 = [
        "ec2:AssociateRouteTable",
        "ec2:AttachInternetGateway",
        "ec2:CreateInternetGateway",
        "ec2:CreateRoute",
        "ec2:CreateRouteTable",
        "ec2:CreateSubnet",
        "ec2:CreateTags",
        "ec2:CreateVpc",
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteInternetGateway",
        "ec2:DeleteRoute",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSubnet",
        "ec2:DeleteTags",
        "ec2:DeleteVpc",
        "ec2:DeleteVpcEndpoints",
        "ec2:DetachInternetGateway",
        "ec2:DisassociateRouteTable",
        "ec2:ModifySubnetAttribute",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcEndpoint",
        "ec2:ReplaceRoute",
        "ec2:ReplaceRouteTableAssociation",
      ]
      new-internet-gateway = ["ec2:CreateInternetGateway"]
      new-subnet           = ["ec2:CreateSubnet"]
      new-route-table      = ["ec2:CreateRouteTable"]
      new-vpc-endpoint     = ["ec2:CreateVpcEndpoint"]
    }
    isolated-network = {
      new-vpc       = ["ec2:CreateVpc"]
      taggingNewEc2 = ["ec2:CreateTags"]
      ownEc2 = [
        "ec2:AssociateRouteTable",
        "ec2:CreateRouteTable",
        "ec2:CreateSubnet",
        "ec2:CreateTags",
        "ec2:CreateVpc",
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSubnet",
        "ec2:DeleteTags",
        "ec2:DeleteVpc",
        "ec2:DeleteVpcEndpoints",
        "ec2:DisassociateRouteTable",
        "ec2:ModifySubnetAttribute",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcEndpoint",
        "ec2:ReplaceRouteTableAssociation",
      ]
      new-subnet       = ["ec2:CreateSubnet"]
      new-route-table  = ["ec2:CreateRouteTable"]
      new-vpc-endpoint = ["ec2:CreateVpcEndpoint"]
    }
    endpoints = {
      new-security-group = ["ec2:CreateSecurityGroup"]
      taggingNewEc2      = ["ec2:CreateTags"]
      ownEc2 = [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateSecurityGroup",
        "ec2:CreateTags",
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:DeleteVpcEndpoints",
        "ec2:ModifySecurityGroupRules",
        "ec2:ModifyVpcEndpoint",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ]
      anyVpc = ["ec2:CreateSecurityGroup"]
      groupRules = [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ]
      new-vpc-endpoint = ["ec2:CreateVpcEndpoint"]
    }
    flow-logs = {
      logGroups = [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteRetentionPolicy",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ]
      boundedRoles = [
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ]
      roles = [
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ]
      new-vpc-flow-log = ["ec2:CreateFlowLogs"]
      taggingNewEc2    = ["ec2:CreateTags"]
      ownEc2           = ["ec2:CreateFlowLogs", "ec2:CreateTags", "ec2:DeleteFlowLogs", "ec2:DeleteTags"]
      anywhere         = ["logs:CreateLogDelivery", "logs:DeleteLogDelivery"]
      flowLogsRole     = ["iam:PassRole"]
    }
    cluster = {
      newCluster           = ["ecs:CreateCluster"]
      cluster              = ["ecs:DeleteCluster", "ecs:TagResource", "ecs:UntagResource", "ecs:UpdateCluster"]
      ecsServiceLinkedRole = ["iam:CreateServiceLinkedRole"]
    }
    cluster-capacity = { cluster = ["ecs:PutClusterCapacityProviders"] }
    discovery = {
      newAnywhere = ["servicediscovery:CreatePrivateDnsNamespace", "servicediscovery:TagResource"]
      namespaces  = ["servicediscovery:DeleteNamespace", "servicediscovery:UpdatePrivateDnsNamespace"]
      anywhere    = ["route53:CreateHostedZone"]
    }
    api-key = {
      secret = [
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:PutSecretValue",
        "secretsmanager:RestoreSecret",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
        "secretsmanager:UpdateSecret",
        "secretsmanager:UpdateSecretVersionStage",
      ]
    }
    task-execution-role = {
      boundedRoles = [
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ]
      roles = [
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ]
      attachments = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    }
    worker = {
      logGroups = [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteRetentionPolicy",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ]
      rules = [
        "events:DeleteRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:TagResource",
        "events:UntagResource",
      ]
      queues = [
        "sqs:CreateQueue",
        "sqs:DeleteQueue",
        "sqs:SetQueueAttributes",
        "sqs:TagQueue",
        "sqs:UntagQueue",
      ]
      boundedRoles = [
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ]
      roles = [
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ]
      attachments        = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
      new-security-group = ["ec2:CreateSecurityGroup"]
      taggingNewEc2      = ["ec2:CreateTags"]
      ownEc2 = [
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:CreateSecurityGroup",
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ]
      anyVpc = ["ec2:CreateSecurityGroup"]
      groupRules = [
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
      ]
      newTaskDefinitions   = ["ecs:RegisterTaskDefinition"]
      anywhere             = ["ecs:DeregisterTaskDefinition"]
      taskDefinitions      = ["ecs:TagResource", "ecs:UntagResource"]
      taskRoles            = ["iam:PassRole"]
      newDiscoveryServices = ["servicediscovery:CreateService"]
      newAnywhere          = ["servicediscovery:TagResource"]
      discoveryServices = [
        "servicediscovery:DeleteService",
        "servicediscovery:DeregisterInstance",
        "servicediscovery:UpdateService",
      ]
      services = [
        "ecs:CreateService",
        "ecs:DeleteService",
        "ecs:TagResource",
        "ecs:UntagResource",
        "ecs:UpdateService",
      ]
    }
    process-worker = {
      logGroups = [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteRetentionPolicy",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ]
      boundedRoles = [
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ]
      roles = [
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ]
      attachments        = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
      new-security-group = ["ec2:CreateSecurityGroup"]
      taggingNewEc2      = ["ec2:CreateTags"]
      ownEc2 = [
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:CreateSecurityGroup",
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ]
      anyVpc = ["ec2:CreateSecurityGroup"]
      groupRules = [
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
      ]
      newTaskDefinitions   = ["ecs:RegisterTaskDefinition"]
      anywhere             = ["ecs:DeregisterTaskDefinition"]
      taskDefinitions      = ["ecs:TagResource", "ecs:UntagResource"]
      taskRoles            = ["iam:PassRole"]
      newDiscoveryServices = ["servicediscovery:CreateService"]
      newAnywhere          = ["servicediscovery:TagResource"]
      discoveryServices = [
        "servicediscovery:DeleteService",
        "servicediscovery:DeregisterInstance",
        "servicediscovery:UpdateService",
      ]
      services = [
        "ecs:CreateService",
        "ecs:DeleteService",
        "ecs:TagResource",
        "ecs:UntagResource",
        "ecs:UpdateService",
      ]
    }
    target-tracking = {
      scaling = [
        "application-autoscaling:DeleteScalingPolicy",
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:PutScalingPolicy",
        "application-autoscaling:RegisterScalableTarget",
        "application-autoscaling:TagResource",
        "application-autoscaling:UntagResource",
      ]
      scalingServiceLinkedRole = ["iam:CreateServiceLinkedRole"]
      scalingAlarms            = ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"]
      services                 = ["ecs:DescribeServices", "ecs:UpdateService"]
    }
    image-repository = {
      imageRepository = [
        "ecr:CreateRepository",
        "ecr:DeleteLifecyclePolicy",
        "ecr:DeleteRepository",
        "ecr:PutImageScanningConfiguration",
        "ecr:PutImageTagMutability",
        "ecr:PutLifecyclePolicy",
        "ecr:TagResource",
        "ecr:UntagResource",
      ]
    }
    load-balancer = {
      new-security-group = ["ec2:CreateSecurityGroup"]
      taggingNewEc2      = ["ec2:CreateTags"]
      ownEc2 = [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateSecurityGroup",
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ]
      anyVpc = ["ec2:CreateSecurityGroup"]
      groupRules = [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ]
      loadBalancers = [
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:CreateTargetGroup",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:RemoveTags",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
      ]
      elbServiceLinkedRole = ["iam:CreateServiceLinkedRole"]
    }
    service = {
      logGroups = [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteRetentionPolicy",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ]
      boundedRoles = [
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ]
      roles = [
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ]
      attachments        = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
      new-security-group = ["ec2:CreateSecurityGroup"]
      taggingNewEc2      = ["ec2:CreateTags"]
      ownEc2 = [
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateSecurityGroup",
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ]
      anyVpc = ["ec2:CreateSecurityGroup"]
      groupRules = [
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
      ]
      newTaskDefinitions   = ["ecs:RegisterTaskDefinition"]
      anywhere             = ["ecs:DeregisterTaskDefinition"]
      taskDefinitions      = ["ecs:TagResource", "ecs:UntagResource"]
      taskRoles            = ["iam:PassRole"]
      newDiscoveryServices = ["servicediscovery:CreateService"]
      newAnywhere          = ["servicediscovery:TagResource"]
      discoveryServices = [
        "servicediscovery:DeleteService",
        "servicediscovery:DeregisterInstance",
        "servicediscovery:UpdateService",
      ]
      services = [
        "ecs:CreateService",
        "ecs:DeleteService",
        "ecs:TagResource",
        "ecs:UntagResource",
        "ecs:UpdateService",
      ]
    }
    scaler = {
      logGroups = [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteRetentionPolicy",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ]
      boundedRoles = [
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ]
      roles = [
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ]
      scaler = [
        "lambda:AddPermission",
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:DeleteFunctionEventInvokeConfig",
        "lambda:PutFunctionEventInvokeConfig",
        "lambda:RemovePermission",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
        "lambda:UpdateFunctionEventInvokeConfig",
      ]
      scalerRole = ["iam:PassRole"]
      rules = [
        "events:DeleteRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:TagResource",
        "events:UntagResource",
      ]
    }
  }
  areas = {
    network = [
      {
        Sid       = "NewElasticIp"
        place     = "new-elastic-ip"
        Resource  = "${local.ec2_arn}:elastic-ip/*"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "NewInternetGateway"
        place     = "new-internet-gateway"
        Resource  = "${local.ec2_arn}:internet-gateway/*"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "NewNatgateway"
        place     = "new-natgateway"
        Resource  = "${local.ec2_arn}:natgateway/*"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "NewRouteTable"
        place     = "new-route-table"
        Resource  = "${local.ec2_arn}:route-table/*"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "NewSecurityGroup"
        place     = "new-security-group"
        Resource  = "${local.ec2_arn}:security-group/*"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "NewSubnet"
        place     = "new-subnet"
        Resource  = "${local.ec2_arn}:subnet/*"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "NewVpc"
        place     = "new-vpc"
        Resource  = "${local.ec2_arn}:vpc/*"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "NewVpcEndpoint"
        place     = "new-vpc-endpoint"
        Resource  = "${local.ec2_arn}:vpc-endpoint/*"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "NewVpcFlowLog"
        place     = "new-vpc-flow-log"
        Resource  = "${local.ec2_arn}:vpc-flow-log/*"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "OwnEc2"
        place     = "ownEc2"
        Resource  = "${local.ec2_arn}:*/*"
        Condition = { StringEquals = local.tagged_as_ours }
      },
      {
        Sid      = "TaggingNewEc2"
        place    = "taggingNewEc2"
        Resource = "${local.ec2_arn}:*/*"
        Condition = {
          StringEquals = {
            "ec2:CreateAction" = [
              "AllocateAddress",
              "AuthorizeSecurityGroupEgress",
              "AuthorizeSecurityGroupIngress",
              "CreateFlowLogs",
              "CreateInternetGateway",
              "CreateNatGateway",
              "CreateRouteTable",
              "CreateSecurityGroup",
              "CreateSubnet",
              "CreateVpc",
              "CreateVpcEndpoint",
            ]
          }
        }
      },
      {
        Sid      = "AnyVpc"
        place    = "anyVpc"
        Resource = "${local.ec2_arn}:vpc/*"
      },
      {
        Sid      = "GroupRules"
        place    = "groupRules"
        Resource = "${local.ec2_arn}:security-group-rule/*"
      },
    ]
    roles = [
      {
        Sid      = "BoundedRoles"
        place    = "boundedRoles"
        Resource = local.roles
        Condition = {
          StringEquals = {
            "iam:PermissionsBoundary" = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/${var.name}-boundary"
          }
        }
      },
      {
        Sid      = "Roles"
        place    = "roles"
        Resource = local.roles
      },
      {
        Sid      = "Attachments"
        place    = "attachments"
        Resource = local.roles
        Condition = {
          StringEquals = {
            "iam:PermissionsBoundary" = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/${var.name}-boundary"
          }
          ArnEquals = {
            "iam:PolicyARN" = concat(
              [
                "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
              ],
              var.policy_arns
            )
          }
        }
      },
      {
        Sid       = "TaskRoles"
        place     = "taskRoles"
        Resource  = local.roles
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
      {
        Sid       = "FlowLogsRole"
        place     = "flowLogsRole"
        Resource  = "${local.role_arn}prefect-flow-logs-vpc-*"
        Condition = { StringEquals = { "iam:PassedToService" = "vpc-flow-logs.amazonaws.com" } }
      },
      {
        Sid       = "EcsServiceLinkedRole"
        place     = "ecsServiceLinkedRole"
        Resource  = "${local.iam_arn}:role/aws-service-role/ecs.amazonaws.com/*"
        Condition = { StringEquals = { "iam:AWSServiceName" = "ecs.amazonaws.com" } }
      },
      {
        Sid       = "ScalingServiceLinkedRole"
        place     = "scalingServiceLinkedRole"
        Resource  = "${local.iam_arn}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/*"
        Condition = { StringEquals = { "iam:AWSServiceName" = "ecs.application-autoscaling.amazonaws.com" } }
      },
      {
        Sid       = "ScalerRole"
        place     = "scalerRole"
        Resource  = "${local.role_arn}prefect-scaler-*"
        Condition = { StringEquals = { "iam:PassedToService" = "lambda.amazonaws.com" } }
      },
    ]
    tasks = [
      {
        Sid      = "Anywhere"
        place    = "anywhere"
        Resource = "*"
      },
      {
        Sid       = "NewAnywhere"
        place     = "newAnywhere"
        Resource  = "*"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "NewCluster"
        place     = "newCluster"
        Resource  = "${local.ecs_arn}:cluster/${var.cluster_name}"
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid      = "Cluster"
        place    = "cluster"
        Resource = "${local.ecs_arn}:cluster/${var.cluster_name}"
      },
      {
        Sid   = "Services"
        place = "services"
        Resource = [
          for name in concat(var.workers, var.services) :
          "${local.ecs_arn}:service/${var.cluster_name}/${name}"
        ]
      },
      {
        Sid   = "NewTaskDefinitions"
        place = "newTaskDefinitions"
        Resource = [
          for name in concat(var.workers, var.services) :
          "${local.ecs_arn}:task-definition/${name}:*"
        ]
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid   = "TaskDefinitions"
        place = "taskDefinitions"
        Resource = [
          for name in concat(var.workers, var.services) :
          "${local.ecs_arn}:task-definition/${name}:*"
        ]
      },
    ]
    balancers = [
      {
        Sid   = "LoadBalancers"
        place = "loadBalancers"
        Resource = flatten([
          for service in var.services :
          [
            "${local.elb_arn}:loadbalancer/app/prefect-${service}/*",
            "${local.elb_arn}:listener/app/prefect-${service}/*",
            "${local.elb_arn}:targetgroup/prefect-${service}/*",
          ]
        ])
      },
      {
        Sid       = "ElbServiceLinkedRole"
        place     = "elbServiceLinkedRole"
        Resource  = "${local.iam_arn}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*"
        Condition = { StringEquals = { "iam:AWSServiceName" = "elasticloadbalancing.amazonaws.com" } }
      },
    ]
    around = [
      {
        Sid   = "LogGroups"
        place = "logGroups"
        Resource = concat(
          [for name in concat(var.workers, var.services) : "${local.logs_arn}:log-group:/prefect/${name}/*"],
          contains(var.modules, "flow-logs") ? ["${local.logs_arn}:log-group:/prefect/flow-logs/*"] : [],
          contains(var.modules, "scaler") ? ["${local.logs_arn}:log-group:/prefect/scaler/*"] : []
        )
      },
      {
        Sid   = "Rules"
        place = "rules"
        Resource = concat(
          [for worker in var.workers : "${local.events_arn}:rule/prefect-${worker}-task-*"],
          contains(var.modules, "scaler") ? ["${local.events_arn}:rule/prefect-scaler-*"] : []
        )
      },
      {
        Sid      = "Queues"
        place    = "queues"
        Resource = [for worker in var.workers : "${local.sqs_arn}:prefect-${worker}-task-*"]
      },
      {
        Sid      = "Secret"
        place    = "secret"
        Resource = "arn:${data.aws_partition.current.partition}:secretsmanager:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:secret:${var.secret_name}-??????"
      },
      {
        Sid      = "ImageRepository"
        place    = "imageRepository"
        Resource = "arn:${data.aws_partition.current.partition}:ecr:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:repository/${var.image_repository_name}"
      },
      {
        Sid      = "Scaling"
        place    = "scaling"
        Resource = "arn:${data.aws_partition.current.partition}:application-autoscaling:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:scalable-target/*"
      },
      {
        Sid      = "ScalingAlarms"
        place    = "scalingAlarms"
        Resource = "arn:${data.aws_partition.current.partition}:cloudwatch:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:alarm:TargetTracking-service/${var.cluster_name}/*"
      },
      {
        Sid      = "Scaler"
        place    = "scaler"
        Resource = "arn:${data.aws_partition.current.partition}:lambda:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:function:prefect-scaler-*"
      },
      {
        Sid       = "Namespaces"
        place     = "namespaces"
        Resource  = "${local.discovery_arn}:namespace/*"
        Condition = { StringEquals = local.tagged_as_ours }
      },
      {
        Sid       = "NewDiscoveryServices"
        place     = "newDiscoveryServices"
        Resource  = ["${local.discovery_arn}:namespace/*", "${local.discovery_arn}:service/*"]
        Condition = { StringEquals = local.tagging_as_ours }
      },
      {
        Sid       = "DiscoveryServices"
        place     = "discoveryServices"
        Resource  = "${local.discovery_arn}:service/*"
        Condition = { StringEquals = local.tagged_as_ours }
      },
    ]
  }
  statements = {
    for area, places in local.areas :
    area => [
      for place in places :
      merge(
        {
          Effect = "Allow"
          Action = sort(
            distinct(flatten([for module in var.modules : try(local.needs[module][place.place], [])]))
          )
        },
        { for key, value in place : key => value if key != "place" }
      ) if length(flatten([for module in var.modules : try(local.needs[module][place.place], [])])) > 0
    ]
  }
}

resource "aws_iam_policy" "apply" {
  for_each = {
    for area, allowed in local.statements :
    area => jsonencode({ Version = "2012-10-17", Statement = allowed }) if length(allowed) > 0
  }

  name        = "${var.name}-apply-${each.key}"
  description = "What a pipeline needs to apply."
  policy      = each.value

  tags = var.tags
}

resource "aws_iam_role_policy_attachment" "apply" {
  for_each = aws_iam_policy.apply

  role       = aws_iam_role.apply.name
  policy_arn = each.value.arn
}
