import type { ResourceChange } from "#engine/plan.ts";

/** What people call a resource type, singular and plural. Types that are not here are called as Terraform calls them. */
const WORDS: Readonly<Record<string, readonly [one: string, several: string]>> = {
  aws_cloudwatch_event_rule: ["EventBridge rule", "EventBridge rules"],
  aws_cloudwatch_event_target: ["EventBridge target", "EventBridge targets"],
  aws_cloudwatch_log_group: ["log group", "log groups"],
  aws_ecr_lifecycle_policy: ["image lifecycle policy", "image lifecycle policies"],
  aws_ecr_repository: ["image repository", "image repositories"],
  aws_ecs_cluster: ["ECS cluster", "ECS clusters"],
  aws_ecs_service: ["ECS service", "ECS services"],
  aws_ecs_task_definition: ["task definition", "task definitions"],
  aws_eip: ["Elastic IP address", "Elastic IP addresses"],
  aws_iam_openid_connect_provider: ["OIDC provider", "OIDC providers"],
  aws_iam_policy: ["IAM policy", "IAM policies"],
  aws_iam_role: ["IAM role", "IAM roles"],
  aws_iam_role_policy: ["role policy", "role policies"],
  aws_iam_role_policy_attachment: ["policy attachment", "policy attachments"],
  aws_internet_gateway: ["Internet gateway", "Internet gateways"],
  aws_lb: ["load balancer", "load balancers"],
  aws_lb_listener: ["listener", "listeners"],
  aws_lb_target_group: ["target group", "target groups"],
  aws_nat_gateway: ["NAT gateway", "NAT gateways"],
  aws_route: ["route", "routes"],
  aws_route_table: ["route table", "route tables"],
  aws_route_table_association: ["route table association", "route table associations"],
  aws_s3_bucket: ["S3 bucket", "S3 buckets"],
  aws_s3_bucket_lifecycle_configuration: ["end of old versions", "ends of old versions"],
  aws_s3_bucket_ownership_controls: ["owner's sole control", "owners' sole control"],
  aws_s3_bucket_policy: ["TLS-only policy", "bucket policies"],
  aws_s3_bucket_public_access_block: ["block of public access", "blocks of public access"],
  aws_s3_bucket_server_side_encryption_configuration: ["encryption", "encryptions"],
  aws_s3_bucket_versioning: ["versioning", "versionings"],
  aws_secretsmanager_secret: ["secret", "secrets"],
  aws_secretsmanager_secret_version: ["secret's value", "secrets' values"],
  aws_security_group: ["security group", "security groups"],
  aws_service_discovery_private_dns_namespace: ["private DNS namespace", "private DNS namespaces"],
  aws_service_discovery_service: ["Cloud Map service", "Cloud Map services"],
  aws_sqs_queue: ["SQS queue", "SQS queues"],
  aws_sqs_queue_redrive_policy: ["queue redrive policy", "queue redrive policies"],
  aws_subnet: ["subnet", "subnets"],
  aws_vpc: ["VPC", "VPCs"],
  aws_vpc_endpoint: ["VPC endpoint", "VPC endpoints"],
  aws_vpc_security_group_egress_rule: ["egress rule", "egress rules"],
  aws_vpc_security_group_ingress_rule: ["ingress rule", "ingress rules"],
  terraform_data: ["remembered choice", "remembered choices"],
};

/** Modules of the root by what they make; `worker` is followed by the worker's name. */
const PARTS: Readonly<Record<string, string>> = {
  api_key: "API key",
  cluster: "cluster",
  discovery: "discovery",
  images: "images",
  pipeline_access: "pipeline access",
  state_bucket: "state's bucket",
  load_balancer: "load balancer of",
  network: "network",
  service: "service",
  task_execution_role: "execution role",
  worker: "worker",
};

/** Attributes that name a resource, the best first. */
const NAMES = ["name", "family", "bucket"] as const;

export const kindOf = (type: string, amount = 1): string =>
  WORDS[type]?.[amount === 1 ? 0 : 1] ?? (amount === 1 ? type : `${type} (${amount})`);

/** The part of the system to which an address belongs: `worker dev-worker`, `network`. */
export function partOf(module: string): string {
  const [, label = "", key] = /^module\.([\w-]+)(?:\["([^"]+)"\])?/.exec(module) ?? [];
  const part = PARTS[label] ?? (label.replaceAll("_", " ") || "root");
  return key === undefined ? part : `${part} ${key}`;
}

/** What a person would call it: `ECS service dev-worker`. */
export function nameOf({
  type,
  values,
  address,
}: Pick<ResourceChange, "type" | "values" | "address">): string {
  const name = NAMES.map((attribute) => values[attribute]).find((value) => typeof value === "string");
  const tagged = (values.tags_all ?? values.tags) as Readonly<Record<string, string>> | undefined;
  const key = /\["([^"]+)"\]$/.exec(address)?.[1];
  const shown = name ?? tagged?.Name ?? key;
  return shown === undefined ? kindOf(type) : `${kindOf(type)} ${shown}`;
}
