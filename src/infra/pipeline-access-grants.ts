/**
 * What Terraform calls to create, change and remove a resource of each type, and on what. From this table come the rights of a
 * pipeline's apply role; a test asks that it has every type of every module, so a module cannot gain a resource that no
 * pipeline may make.
 *
 * Which actions know resources and conditions: https://docs.aws.amazon.com/service-authorization/latest/reference/
 * Those that know neither stand `anywhere`.
 */

/** Where an action is allowed; `pipeline-access-scopes.ts` says what each is. */
export type ScopeName =
  | "anywhere"
  | "newAnywhere"
  | "newCluster"
  | "cluster"
  | "tasks"
  | "services"
  | "newTaskDefinitions"
  | "taskDefinitions"
  | "logGroups"
  | "rules"
  | "queues"
  | "roles"
  | "boundedRoles"
  | "attachments"
  | "taskRoles"
  | "flowLogsRole"
  | "secret"
  | "imageRepository"
  | "namespaces"
  | "newDiscoveryServices"
  | "discoveryServices"
  | `new-${Ec2Kind}`
  | "ownEc2"
  | "taggingNewEc2"
  | "anyVpc"
  | "groupRules"
  | "ecsServiceLinkedRole"
  | "scaling"
  | "scalingAlarms"
  | "scaler"
  | "scalerRole"
  | "scalingServiceLinkedRole"
  | "loadBalancers"
  | "elbServiceLinkedRole";

/** What EC2 makes for us, and how it calls it in ARNs. */
export const EC2_KINDS = [
  "elastic-ip",
  "internet-gateway",
  "natgateway",
  "route-table",
  "security-group",
  "subnet",
  "vpc",
  "vpc-endpoint",
  "vpc-flow-log",
] as const;
export type Ec2Kind = (typeof EC2_KINDS)[number];

interface TypeGrants {
  readonly write: Partial<Record<ScopeName, readonly string[]>>;
  /** Also what refreshing its state calls: that is all that a plan does. */
  readonly read: readonly string[];
}

const NONE: TypeGrants = { write: {}, read: [] };

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

  aws_lb: {
    write: {
      loadBalancers: [
        ...[
          "AddTags",
          "CreateLoadBalancer",
          "DeleteLoadBalancer",
          "ModifyLoadBalancerAttributes",
          "RemoveTags",
        ].map(elb),
        ...["SetIpAddressType", "SetSecurityGroups", "SetSubnets"].map(elb),
      ],
      elbServiceLinkedRole: ["iam:CreateServiceLinkedRole"],
    },
    read: [
      ...[
        "DescribeLoadBalancers",
        "DescribeLoadBalancerAttributes",
        "DescribeCapacityReservation",
        "DescribeTags",
      ].map(elb),
      // Where the addresses of an internal one are.
      "ec2:DescribeNetworkInterfaces",
    ],
  },
  aws_lb_listener: {
    write: {
      loadBalancers: [
        ...["AddTags", "CreateListener", "DeleteListener", "ModifyListener", "ModifyListenerAttributes"].map(
          elb,
        ),
        elb("RemoveTags"),
      ],
    },
    read: ["DescribeListeners", "DescribeListenerAttributes", "DescribeTags"].map(elb),
  },
  aws_lb_target_group: {
    write: {
      loadBalancers: [
        ...["AddTags", "CreateTargetGroup", "DeleteTargetGroup", "ModifyTargetGroup"].map(elb),
        ...["ModifyTargetGroupAttributes", "RemoveTags"].map(elb),
      ],
    },
    read: ["DescribeTargetGroups", "DescribeTargetGroupAttributes", "DescribeTags"].map(elb),
  },

  aws_vpc: ec2(
    "vpc",
    ["CreateVpc"],
    ["DeleteVpc", "ModifyVpcAttribute"],
    ["DescribeVpcs", "DescribeVpcAttribute"],
  ),
  aws_subnet: ec2("subnet", ["CreateSubnet"], ["DeleteSubnet", "ModifySubnetAttribute"], ["DescribeSubnets"]),
  aws_internet_gateway: ec2(
    "internet-gateway",
    ["CreateInternetGateway"],
    ["AttachInternetGateway", "DeleteInternetGateway", "DetachInternetGateway"],
    ["DescribeInternetGateways"],
  ),
  aws_route_table: ec2("route-table", ["CreateRouteTable"], ["DeleteRouteTable"], ["DescribeRouteTables"]),
  aws_route: ec2("route-table", [], ["CreateRoute", "DeleteRoute", "ReplaceRoute"], ["DescribeRouteTables"]),
  aws_route_table_association: ec2(
    "route-table",
    [],
    ["AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation"],
    ["DescribeRouteTables"],
  ),
  aws_eip: ec2(
    "elastic-ip",
    ["AllocateAddress"],
    ["DisassociateAddress", "ReleaseAddress"],
    ["DescribeAddresses", "DescribeAddressesAttribute"],
  ),
  aws_nat_gateway: ec2("natgateway", ["CreateNatGateway"], ["DeleteNatGateway"], ["DescribeNatGateways"]),
  aws_vpc_endpoint: ec2(
    "vpc-endpoint",
    ["CreateVpcEndpoint"],
    ["DeleteVpcEndpoints", "ModifyVpcEndpoint"],
    ["DescribePrefixLists", "DescribeVpcEndpoints"],
  ),
  aws_flow_log: withMore(ec2("vpc-flow-log", ["CreateFlowLogs"], ["DeleteFlowLogs"], ["DescribeFlowLogs"]), {
    anywhere: ["logs:CreateLogDelivery", "logs:DeleteLogDelivery"],
    flowLogsRole: ["iam:PassRole"],
  }),
  aws_security_group: withMore(
    ec2(
      "security-group",
      ["CreateSecurityGroup"],
      ["DeleteSecurityGroup", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
      ["DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSecurityGroupRules"],
    ),
    { anyVpc: ["ec2:CreateSecurityGroup"], groupRules: ["ec2:RevokeSecurityGroupEgress"] },
  ),
  aws_vpc_security_group_egress_rule: groupRule("Egress"),
  aws_vpc_security_group_ingress_rule: groupRule("Ingress"),
};

/** Elastic Load Balancing, as IAM calls it. */
function elb(action: string): string {
  return `elasticloadbalancing:${action}`;
}

/**
 * EC2 asks about each resource that a call touches: what is made must be tagged as ours, and what it is made in must be ours.
 */
function ec2(
  kind: Ec2Kind,
  creates: readonly string[],
  changes: readonly string[],
  reads: readonly string[],
): TypeGrants {
  const named = (actions: readonly string[]) => actions.map((action) => `ec2:${action}`);
  return {
    write: {
      ...(creates.length > 0 ? { [`new-${kind}`]: named(creates), taggingNewEc2: ["ec2:CreateTags"] } : {}),
      ownEc2: [...named([...creates, ...changes]), "ec2:CreateTags", "ec2:DeleteTags"],
    },
    read: named(reads),
  };
}

function groupRule(direction: "Egress" | "Ingress"): TypeGrants {
  const calls = [`AuthorizeSecurityGroup${direction}`, `RevokeSecurityGroup${direction}`];
  return withMore(
    ec2("security-group", [], [...calls, "ModifySecurityGroupRules"], ["DescribeSecurityGroupRules"]),
    {
      // A rule is reached through its group, which must be ours. The first one of a new group is AWS's own, without tags.
      groupRules: [...calls, "ModifySecurityGroupRules"].map((call) => `ec2:${call}`),
      taggingNewEc2: ["ec2:CreateTags"],
    },
  );
}

function withMore({ write, read }: TypeGrants, more: TypeGrants["write"]): TypeGrants {
  return { write: { ...write, ...more }, read };
}

/** What data sources of the modules read. */
export const DATA_READS: Readonly<Record<string, readonly string[]>> = {
  aws_availability_zones: ["ec2:DescribeAvailabilityZones"],
  aws_caller_identity: ["sts:GetCallerIdentity"],
  aws_partition: [],
  aws_region: [],
  aws_ecs_cluster: ["ecs:DescribeClusters"],
  aws_route_table: ["ec2:DescribeRouteTables"],
  aws_route_tables: ["ec2:DescribeRouteTables"],
  aws_subnet: ["ec2:DescribeSubnets"],
  aws_subnets: ["ec2:DescribeSubnets"],
  aws_vpc: ["ec2:DescribeRouteTables", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcs"],
};

/** What this tool itself reads: the gate of a deploy, and what it says when a worker does not come up. */
export const OWN_READS: readonly string[] = [
  "ecs:DescribeTaskDefinition",
  "ecs:DescribeTasks",
  "ecs:GetTaskProtection",
  "ecs:ListTaskDefinitions",
  "ecs:ListTasks",
  "logs:DescribeLogStreams",
  "logs:FilterLogEvents",
  "logs:GetLogEvents",
];

/** Where what is read says more than that it exists, it is read only of the system's own. */
const READ_SCOPES: Readonly<Record<string, ScopeName>> = {
  events: "rules",
  iam: "roles",
  logs: "logGroups",
  secretsmanager: "secret",
  sqs: "queues",
};
const READ_SCOPES_OF_ACTIONS: Readonly<Record<string, ScopeName>> = {
  "ecs:DescribeClusters": "cluster",
  "ecs:DescribeServices": "services",
  "ecs:DescribeTasks": "tasks",
  // It lists, and knows no resource.
  "logs:DescribeLogGroups": "anywhere",
};

/** Where an action that reads is allowed. */
export const readScope = (action: string): ScopeName =>
  READ_SCOPES_OF_ACTIONS[action] ?? READ_SCOPES[action.split(":")[0]!] ?? "anywhere";
