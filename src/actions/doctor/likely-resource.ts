import { partitionOf } from "#config/region.ts";
import type { Config } from "#config/schema.ts";

/** Actions that AWS grants on everything or not at all, among those that are asked for by name otherwise. */
const WITHOUT_RESOURCE =
  /^(ecs:(ListTaskDefinitions|DescribeTaskDefinition|DeregisterTaskDefinition|CreateCluster)|iam:(Simulate|CreateServiceLinkedRole|List.*Providers)|logs:DescribeLogGroups|secretsmanager:ListSecrets)/;

/**
 * The ARN of what an action would be about in this config's system, as policies that are limited to names would name it;
 * `*` where names say nothing.
 */
export function likelyResource(action: string, config: Config, account: string): string {
  if (WITHOUT_RESOURCE.test(action)) return "*";
  const { region, cluster, executionRole, prefect, workers } = config;
  const arn = (service: string, resource: string, inRegion = region) =>
    `arn:${partitionOf(region)}:${service}:${inRegion}:${account}:${resource}`;
  const [worker = "worker"] = Object.keys(workers);
  const [service, name = ""] = action.split(":");
  if (service === "iam" && /Role/.test(name)) return arn("iam", `role/${executionRole.name}`, "");
  if (service === "secretsmanager")
    return prefect.apiKey && "secretArn" in prefect.apiKey
      ? prefect.apiKey.secretArn
      : arn("secretsmanager", `secret:${prefect.apiKey?.secretName ?? "prefect-api-key"}-AbCdEf`);
  if (service === "ecs") {
    if (/Cluster/.test(name)) return arn("ecs", `cluster/${cluster.name}`);
    if (/TaskDefinition/.test(name)) return arn("ecs", `task-definition/prefect-${worker}:1`);
    if (/Service|TagResource/.test(name)) return arn("ecs", `service/${cluster.name}/${worker}`);
  }
  if (service === "s3" && config.state)
    return `arn:${partitionOf(region)}:s3:::${config.state.bucket}${/Object$/.test(name) ? `/${config.state.key}` : ""}`;
  if (service === "logs") return arn("logs", `log-group:/prefect/${worker}/worker:*`);
  if (service === "sqs") return arn("sqs", `prefect-${worker}-task-events`);
  if (service === "events") return arn("events", `rule/prefect-${worker}-task-state-changes`);
  return "*";
}
