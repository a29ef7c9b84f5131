/** The kind under which the calls to a state in S3 are listed. */
export const STATE_IN_S3 = "state in S3";
/** The kind under which calls are listed that no deploy makes. */
const IMAGES_AND_ROLES = "images and roles";

/**
 * What Terraform's AWS provider calls to create, read, change and remove each kind of resource that our modules have. Kept beside
 * the modules by a test that knows all their kinds; that it is enough is seen in a deploy by an identity that may do
 * nothing else.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const ACTIONS: Readonly<Record<string, string>> = {
  aws_vpc:
    "ec2:CreateVpc DeleteVpc DescribeVpcs DescribeVpcAttribute ModifyVpcAttribute DescribeSecurityGroups DescribeNetworkAcls DescribeRouteTables CreateTags DeleteTags",
  aws_subnet:
    "ec2:CreateSubnet DeleteSubnet DescribeSubnets ModifySubnetAttribute DescribeNetworkInterfaces CreateTags DeleteTags",
  aws_internet_gateway:
    "ec2:CreateInternetGateway DeleteInternetGateway DescribeInternetGateways AttachInternetGateway DetachInternetGateway CreateTags DeleteTags",
  aws_eip:
    "ec2:AllocateAddress ReleaseAddress DescribeAddresses DescribeAddressesAttribute DisassociateAddress CreateTags DeleteTags",
  aws_nat_gateway: "ec2:CreateNatGateway DeleteNatGateway DescribeNatGateways CreateTags DeleteTags",
  aws_route_table: "ec2:CreateRouteTable DeleteRouteTable DescribeRouteTables CreateTags DeleteTags",
  aws_route: "ec2:CreateRoute DeleteRoute ReplaceRoute DescribeRouteTables",
  aws_route_table_association:
    "ec2:AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation DescribeRouteTables",
  aws_vpc_endpoint:
    "ec2:CreateVpcEndpoint DeleteVpcEndpoints DescribeVpcEndpoints ModifyVpcEndpoint DescribePrefixLists CreateTags DeleteTags",
  aws_security_group:
    "ec2:CreateSecurityGroup DeleteSecurityGroup DescribeSecurityGroups DescribeNetworkInterfaces RevokeSecurityGroupEgress AuthorizeSecurityGroupEgress CreateTags DeleteTags",
  aws_vpc_security_group_egress_rule:
    "ec2:AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress DescribeSecurityGroupRules ModifySecurityGroupRules CreateTags DeleteTags",
  aws_vpc_security_group_ingress_rule:
    "ec2:AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress DescribeSecurityGroupRules ModifySecurityGroupRules CreateTags DeleteTags",
  aws_flow_log: "ec2:CreateFlowLogs DeleteFlowLogs DescribeFlowLogs CreateTags DeleteTags iam:PassRole",
  aws_ecs_cluster:
    "ecs:CreateCluster DeleteCluster DescribeClusters UpdateCluster TagResource UntagResource iam:CreateServiceLinkedRole",
  aws_ecs_cluster_capacity_providers: "ecs:PutClusterCapacityProviders DescribeClusters",
  aws_ecs_task_definition:
    "ecs:RegisterTaskDefinition DeregisterTaskDefinition DescribeTaskDefinition TagResource UntagResource iam:PassRole",
  aws_ecs_service:
    "ecs:CreateService DeleteService DescribeServices UpdateService TagResource UntagResource iam:PassRole",
  aws_iam_role:
    "iam:CreateRole DeleteRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole PutRolePermissionsBoundary DeleteRolePermissionsBoundary TagRole UntagRole",
  aws_iam_role_policy: "iam:PutRolePolicy GetRolePolicy DeleteRolePolicy",
  aws_iam_role_policy_attachment: "iam:AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies",
  aws_iam_policy:
    "iam:CreatePolicy DeletePolicy GetPolicy GetPolicyVersion ListPolicyVersions CreatePolicyVersion DeletePolicyVersion TagPolicy UntagPolicy",
  aws_iam_openid_connect_provider:
    "iam:CreateOpenIDConnectProvider DeleteOpenIDConnectProvider GetOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint AddClientIDToOpenIDConnectProvider RemoveClientIDFromOpenIDConnectProvider TagOpenIDConnectProvider UntagOpenIDConnectProvider",
  aws_secretsmanager_secret:
    "secretsmanager:CreateSecret DeleteSecret DescribeSecret UpdateSecret RestoreSecret GetResourcePolicy TagResource UntagResource",
  aws_secretsmanager_secret_version:
    "secretsmanager:PutSecretValue GetSecretValue DescribeSecret UpdateSecretVersionStage ListSecretVersionIds",
  aws_service_discovery_private_dns_namespace:
    "servicediscovery:CreatePrivateDnsNamespace DeleteNamespace GetNamespace GetOperation ListTagsForResource TagResource UntagResource " +
    "route53:CreateHostedZone DeleteHostedZone GetHostedZone ListHostedZonesByName ChangeResourceRecordSets ec2:DescribeVpcs DescribeRegions",
  aws_service_discovery_service:
    "servicediscovery:CreateService DeleteService GetService UpdateService ListInstances DeregisterInstance GetOperation ListTagsForResource TagResource UntagResource",
  aws_cloudwatch_log_group:
    "logs:CreateLogGroup DeleteLogGroup DescribeLogGroups PutRetentionPolicy DeleteRetentionPolicy ListTagsForResource TagResource UntagResource",
  aws_cloudwatch_event_rule:
    "events:PutRule DeleteRule DescribeRule ListTagsForResource TagResource UntagResource",
  aws_cloudwatch_event_target: "events:PutTargets RemoveTargets ListTargetsByRule",
  aws_sqs_queue:
    "sqs:CreateQueue DeleteQueue GetQueueAttributes SetQueueAttributes GetQueueUrl ListQueueTags TagQueue UntagQueue",
  aws_sqs_queue_redrive_policy: "sqs:GetQueueAttributes SetQueueAttributes",
  aws_appautoscaling_target:
    "application-autoscaling:RegisterScalableTarget DeregisterScalableTarget DescribeScalableTargets ListTagsForResource TagResource UntagResource iam:CreateServiceLinkedRole",
  aws_appautoscaling_policy:
    "application-autoscaling:PutScalingPolicy DeleteScalingPolicy DescribeScalingPolicies cloudwatch:PutMetricAlarm DeleteAlarms DescribeAlarms ecs:DescribeServices UpdateService",
  aws_lambda_function:
    "lambda:CreateFunction DeleteFunction GetFunction GetFunctionCodeSigningConfig GetFunctionConfiguration ListTags ListVersionsByFunction TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration iam:PassRole",
  aws_lambda_function_event_invoke_config:
    "lambda:PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig",
  aws_lambda_permission: "lambda:AddPermission RemovePermission GetPolicy",
  aws_lb:
    "elasticloadbalancing:CreateLoadBalancer DeleteLoadBalancer DescribeLoadBalancers DescribeLoadBalancerAttributes ModifyLoadBalancerAttributes DescribeCapacityReservation SetSecurityGroups SetSubnets DescribeTags AddTags RemoveTags ec2:DescribeAccountAttributes DescribeNetworkInterfaces iam:CreateServiceLinkedRole",
  aws_lb_listener:
    "elasticloadbalancing:CreateListener DeleteListener DescribeListeners DescribeListenerAttributes ModifyListener ModifyListenerAttributes DescribeTags AddTags RemoveTags",
  aws_lb_target_group:
    "elasticloadbalancing:CreateTargetGroup DeleteTargetGroup DescribeTargetGroups DescribeTargetGroupAttributes ModifyTargetGroup ModifyTargetGroupAttributes DescribeTargetHealth DescribeTags AddTags RemoveTags",
  aws_s3_bucket:
    "s3:CreateBucket DeleteBucket ListBucket GetBucketLocation GetBucketTagging PutBucketTagging GetBucketAcl GetBucketCORS GetBucketWebsite GetBucketLogging GetBucketRequestPayment GetAccelerateConfiguration GetReplicationConfiguration GetBucketObjectLockConfiguration",
  aws_s3_bucket_versioning: "s3:GetBucketVersioning PutBucketVersioning",
  aws_s3_bucket_server_side_encryption_configuration:
    "s3:GetEncryptionConfiguration PutEncryptionConfiguration",
  aws_s3_bucket_public_access_block: "s3:GetBucketPublicAccessBlock PutBucketPublicAccessBlock",
  aws_s3_bucket_ownership_controls: "s3:GetBucketOwnershipControls PutBucketOwnershipControls",
  aws_s3_bucket_policy: "s3:GetBucketPolicy PutBucketPolicy DeleteBucketPolicy",
  aws_s3_bucket_lifecycle_configuration: "s3:GetLifecycleConfiguration PutLifecycleConfiguration",
  aws_ecr_repository:
    "ecr:CreateRepository DeleteRepository DescribeRepositories PutImageScanningConfiguration PutImageTagMutability ListTagsForResource TagResource UntagResource",
  aws_ecr_lifecycle_policy: "ecr:GetLifecyclePolicy PutLifecyclePolicy DeleteLifecyclePolicy",
  // Not of Terraform's: pushing an image, and what bootstrap asks for.
  [IMAGES_AND_ROLES]: "ecr:GetAuthorizationToken iam:ListOpenIDConnectProviders",
  // The state itself, where it is kept in S3.
  [STATE_IN_S3]:
    "s3:ListBucket GetObject PutObject DeleteObject GetBucketVersioning GetBucketPublicAccessBlock GetBucketPolicy GetBucketTagging",
  terraform_data: "",
  "data.aws_availability_zones": "ec2:DescribeAvailabilityZones",
  "data.aws_caller_identity": "sts:GetCallerIdentity",
  "data.aws_ecs_cluster": "ecs:DescribeClusters",
  "data.aws_partition": "",
  "data.aws_region": "",
  "data.aws_route_table": "ec2:DescribeRouteTables",
  "data.aws_route_tables": "ec2:DescribeRouteTables",
  "data.aws_subnet": "ec2:DescribeSubnets",
  "data.aws_subnets": "ec2:DescribeSubnets",
  "data.aws_vpc": "ec2:DescribeVpcs DescribeVpcAttribute DescribeRouteTables",
};

/** What our own clients call, beside Terraform: the gate, logs, flow runs, leftovers, rotate-key and these checks. */
const OWN_ACTIONS =
  "ecs:DescribeClusters DescribeServices DescribeTasks GetTaskProtection ListTasks StopTask ExecuteCommand ListTaskDefinitions DescribeTaskDefinition DeregisterTaskDefinition UpdateService " +
  "ec2:DescribeNetworkInterfaces DescribeAvailabilityZones DescribeVpcs DescribeSubnets DescribeRouteTables DescribeInternetGateways DescribeAddresses " +
  "ec2:DescribeNatGateways DescribeSecurityGroups DescribeSecurityGroupRules DescribeVpcEndpoints RevokeSecurityGroupEgress " +
  "logs:FilterLogEvents GetLogEvents DescribeLogGroups ListTagsForResource " +
  "secretsmanager:DescribeSecret GetSecretValue PutSecretValue RestoreSecret " +
  "servicediscovery:ListNamespaces ListServices ListTagsForResource " +
  "sts:GetCallerIdentity iam:SimulatePrincipalPolicy GetRole servicequotas:GetServiceQuota GetAWSDefaultServiceQuota";

/** Kinds of resources that we know the calls of: `aws_vpc`, `data.aws_vpc`. */
export const KNOWN_KINDS: readonly string[] = Object.keys(ACTIONS);

/** Every call that a deploy, and the commands after it, make for these kinds of resources: `ec2:CreateVpc`. Sorted. */
export function deployActions(kinds: Iterable<string>): string[] {
  const lists = [...[...kinds].map((kind) => ACTIONS[kind] ?? ""), OWN_ACTIONS];
  return [...new Set(lists.flatMap(expand))].sort();
}

/** `ec2:CreateVpc DeleteVpc iam:PassRole` as whole names. */
function expand(list: string): string[] {
  let service = "";
  return list
    .split(" ")
    .filter(Boolean)
    .map((word) => {
      const [first = "", action] = word.split(":");
      if (action !== undefined) service = first;
      return `${service}:${action ?? first}`;
    });
}
