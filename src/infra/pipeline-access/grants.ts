import { BALANCER_GRANTS } from "./balancer-grants.ts";
import { NETWORK_GRANTS } from "./network-grants.ts";
import type { TypeGrants } from "./type-grants.ts";

const NONE: TypeGrants = { write: {}, read: [] };

/**
 * What Terraform calls to create, change and remove a resource of each type, and on what. From this table come the rights of a
 * pipeline's apply role; a test asks that it has every type of every module, so a module cannot gain a resource that no
 * pipeline may make.
 *
 * Which actions know resources and conditions: https://docs.aws.amazon.com/service-authorization/latest/reference/
 * Those that know neither stand `anywhere`.
 */
export const GRANTS: Readonly<Record<string, TypeGrants>> = {
  terraform_data: NONE,

  aws_ecs_cluster: {
    write: {
      newCluster: ["ecs:CreateCluster"],
      cluster: ["ecs:DeleteCluster", "ecs:TagResource", "ecs:UntagResource", "ecs:UpdateCluster"],
      ecsServiceLinkedRole: ["iam:CreateServiceLinkedRole"],
    },
    read: ["ecs:DescribeClusters"],
  },
  aws_ecs_cluster_capacity_providers: {
    write: { cluster: ["ecs:PutClusterCapacityProviders"] },
    read: ["ecs:DescribeClusters"],
  },
  aws_ecs_service: {
    write: {
      services: [
        "ecs:CreateService",
        "ecs:DeleteService",
        "ecs:TagResource",
        "ecs:UntagResource",
        "ecs:UpdateService",
      ],
    },
    read: ["ecs:DescribeServices"],
  },
  aws_ecs_task_definition: {
    write: {
      newTaskDefinitions: ["ecs:RegisterTaskDefinition"],
      anywhere: ["ecs:DeregisterTaskDefinition"],
      taskDefinitions: ["ecs:TagResource", "ecs:UntagResource"],
      taskRoles: ["iam:PassRole"],
    },
    read: ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions"],
  },

  aws_appautoscaling_target: {
    write: {
      scaling: [
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:RegisterScalableTarget",
        "application-autoscaling:TagResource",
        "application-autoscaling:UntagResource",
      ],
      scalingServiceLinkedRole: ["iam:CreateServiceLinkedRole"],
    },
    read: ["application-autoscaling:DescribeScalableTargets", "application-autoscaling:ListTagsForResource"],
  },
  aws_appautoscaling_policy: {
    // The alarms are made in the name of whoever makes the policy.
    write: {
      scaling: ["application-autoscaling:DeleteScalingPolicy", "application-autoscaling:PutScalingPolicy"],
      scalingAlarms: ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"],
      services: ["ecs:DescribeServices", "ecs:UpdateService"],
    },
    read: ["application-autoscaling:DescribeScalingPolicies", "cloudwatch:DescribeAlarms"],
  },

  aws_lambda_function: {
    write: {
      scaler: [
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ],
      scalerRole: ["iam:PassRole"],
    },
    read: [
      "lambda:GetFunction",
      "lambda:GetFunctionCodeSigningConfig",
      "lambda:GetFunctionConfiguration",
      "lambda:ListTags",
      "lambda:ListVersionsByFunction",
    ],
  },
  aws_lambda_function_event_invoke_config: {
    write: {
      scaler: [
        "lambda:DeleteFunctionEventInvokeConfig",
        "lambda:PutFunctionEventInvokeConfig",
        "lambda:UpdateFunctionEventInvokeConfig",
      ],
    },
    read: ["lambda:GetFunctionEventInvokeConfig"],
  },
  aws_lambda_permission: {
    write: { scaler: ["lambda:AddPermission", "lambda:RemovePermission"] },
    read: ["lambda:GetPolicy"],
  },

  aws_cloudwatch_log_group: {
    write: {
      logGroups: [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteRetentionPolicy",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ],
    },
    read: ["logs:DescribeLogGroups", "logs:ListTagsForResource"],
  },
  aws_cloudwatch_event_rule: {
    write: { rules: ["events:DeleteRule", "events:PutRule", "events:TagResource", "events:UntagResource"] },
    read: ["events:DescribeRule", "events:ListTagsForResource"],
  },
  aws_cloudwatch_event_target: {
    write: { rules: ["events:PutTargets", "events:RemoveTargets"] },
    read: ["events:ListTargetsByRule"],
  },
  aws_sqs_queue: {
    write: {
      queues: [
        "sqs:CreateQueue",
        "sqs:DeleteQueue",
        "sqs:SetQueueAttributes",
        "sqs:TagQueue",
        "sqs:UntagQueue",
      ],
    },
    read: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"],
  },
  aws_sqs_queue_redrive_policy: {
    write: { queues: ["sqs:SetQueueAttributes"] },
    read: ["sqs:GetQueueAttributes"],
  },

  aws_iam_role: {
    write: {
      boundedRoles: ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
      roles: [
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ],
    },
    read: [
      "iam:GetRole",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
    ],
  },
  aws_iam_role_policy: {
    write: { boundedRoles: ["iam:DeleteRolePolicy", "iam:PutRolePolicy"] },
    read: ["iam:GetRolePolicy"],
  },
  aws_iam_role_policy_attachment: {
    write: { attachments: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"] },
    read: ["iam:ListAttachedRolePolicies"],
  },

  aws_ecr_repository: {
    write: {
      imageRepository: [
        "ecr:CreateRepository",
        "ecr:DeleteRepository",
        "ecr:PutImageScanningConfiguration",
        "ecr:PutImageTagMutability",
        "ecr:TagResource",
        "ecr:UntagResource",
      ],
    },
    read: ["ecr:DescribeRepositories", "ecr:ListTagsForResource"],
  },
  aws_ecr_lifecycle_policy: {
    write: { imageRepository: ["ecr:DeleteLifecyclePolicy", "ecr:PutLifecyclePolicy"] },
    read: ["ecr:GetLifecyclePolicy"],
  },

  aws_secretsmanager_secret: {
    write: {
      secret: [
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteSecret",
        "secretsmanager:RestoreSecret",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
        "secretsmanager:UpdateSecret",
      ],
    },
    read: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
  },
  aws_secretsmanager_secret_version: {
    // The provider reads back a version that it wrote, so a plan of a system with a secret of its own needs the value too.
    write: {
      secret: [
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
    },
    read: [],
  },

  aws_service_discovery_private_dns_namespace: {
    write: {
      // Tagging in Cloud Map knows no resource; taking tags away could not be limited at all, and is left to people.
      newAnywhere: ["servicediscovery:CreatePrivateDnsNamespace", "servicediscovery:TagResource"],
      namespaces: ["servicediscovery:DeleteNamespace", "servicediscovery:UpdatePrivateDnsNamespace"],
      // Cloud Map makes the hosted zone on behalf of whoever makes the namespace; it needs nothing to remove it:
      // https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-api-permissions-ref.html
      anywhere: ["route53:CreateHostedZone"],
    },
    read: [
      "ec2:DescribeRegions",
      "ec2:DescribeVpcs",
      "route53:GetHostedZone",
      "route53:ListHostedZonesByName",
      "servicediscovery:GetNamespace",
      "servicediscovery:GetOperation",
      "servicediscovery:ListNamespaces",
      "servicediscovery:ListTagsForResource",
    ],
  },
  aws_service_discovery_service: {
    write: {
      newDiscoveryServices: ["servicediscovery:CreateService"],
      newAnywhere: ["servicediscovery:TagResource"],
      discoveryServices: [
        "servicediscovery:DeleteService",
        "servicediscovery:DeregisterInstance",
        "servicediscovery:UpdateService",
      ],
    },
    read: [
      "servicediscovery:GetOperation",
      "servicediscovery:GetService",
      "servicediscovery:ListInstances",
      "servicediscovery:ListTagsForResource",
    ],
  },

  ...BALANCER_GRANTS,
  ...NETWORK_GRANTS,
};
