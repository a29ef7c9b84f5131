import type { Complaint } from "./complaint.ts";
import { nearest } from "./nearest.ts";
import type { PrefectVersion } from "./prefect-defaults.ts";

/** Services that tasks of ours, or flows, are likely to call: for suggestions. AWS has some hundred more.
 *  https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const KNOWN = (
  "athena cloudformation ec2 ecr.api ecr.dkr ecs ecs-agent ecs-telemetry events glue kinesis-streams kms lambda logs " +
  "monitoring rds redshift-data sagemaker.runtime secretsmanager sns sqs ssm ssmmessages states sts xray"
).split(" ");

/** What worker and flow runs call before any flow does: images, logs, the key, tasks, subnets. */
export const NEEDED_SERVICES: Readonly<Record<PrefectVersion, readonly string[]>> = {
  2: ["ec2", "ecr.api", "ecr.dkr", "ecs", "logs", "secretsmanager"],
  3: ["ec2", "ecr.api", "ecr.dkr", "ecs", "logs", "secretsmanager", "sqs"],
};

export function endpointServiceRule(service: string): Complaint | undefined {
  const works = `It is what follows the region in the endpoint's name, such as ${KNOWN.slice(2, 5).join(", ")} or logs.`;
  if (service === "s3")
    return {
      verdict: "has an endpoint already, which costs nothing",
      works,
      remedy: "Leave it out",
    };
  if (/^com\.amazonaws\.[a-z0-9-]+\.[a-z]/.test(service))
    return {
      verdict: "has AWS's prefix in it",
      works,
      suggestion: service.replace(/^com\.amazonaws\.[a-z0-9-]+\./, ""),
    };
  if (!/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/.test(service))
    return {
      verdict: "is not the name of a service",
      works,
      suggestion: nearest(service.toLowerCase(), KNOWN),
    };
  return undefined;
}
