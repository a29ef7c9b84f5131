import type { Complaint } from "./complaint.ts";
import { partitionOf } from "./region.ts";

export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty for services that know no regions, such as IAM. */
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

const ARN =
  /^arn:(?<partition>aws(?:-[a-z]+)*):(?<service>[a-z0-9-]+):(?<region>[a-z0-9-]*):(?<account>\d{12}|aws|):(?<resource>.+)$/;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export const parseArn = (text: string): Arn | undefined => ARN.exec(text)?.groups as Arn | undefined;

const SECRET_LOOKS =
  "It looks like arn:aws:secretsmanager:us-east-1:123456789012:secret:prefect-api-key-AbCdEf.";
const POLICY_LOOKS =
  "It looks like arn:aws:iam::123456789012:policy/read-bucket or arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess.";

/** The whole ARN, with the six characters that Secrets Manager adds: IAM policies match nothing without them. */
export function secretArnRule(text: string): Complaint | undefined {
  const arn = parseArn(text);
  if (arn === undefined || !/^secret:[^:]+$/.test(arn.resource) || arn.service !== "secretsmanager")
    return { verdict: "is not the ARN of a secret in Secrets Manager", works: SECRET_LOOKS };
  if (!/-[A-Za-z0-9]{6}$/.test(arn.resource))
    return {
      verdict: "lacks the six characters that Secrets Manager adds to the name",
      works: SECRET_LOOKS,
      remedy: "Copy the whole ARN from the secret's page",
    };
  return undefined;
}

/** ECS reads a secret only in the region where the task runs. */
export function secretRegionRule(text: string, region: string): Complaint | undefined {
  const arn = parseArn(text);
  if (arn === undefined || (arn.region === region && arn.partition === partitionOf(region))) return undefined;
  return {
    verdict: `is in ${arn.region} (${arn.partition}), but everything else is to be in ${region} (${partitionOf(region)})`,
    works: "A task reads secrets of its own region.",
    remedy: `Replicate the secret to ${region}, or set region: ${JSON.stringify(arn.region)}`,
  };
}

export function clusterArnRule(text: string): Complaint | undefined {
  const arn = parseArn(text);
  if (arn?.service === "ecs" && /^cluster\/[A-Za-z0-9_-]{1,255}$/.test(arn.resource)) return undefined;
  return {
    verdict: "is not the ARN of an ECS cluster",
    works: "It looks like arn:aws:ecs:us-east-1:123456789012:cluster/data-platform.",
  };
}

/** Something that exists is used where the system is, and nowhere else. */
export function sameRegionRule(text: string, region: string): Complaint | undefined {
  const arn = parseArn(text);
  if (arn === undefined || arn.region === region) return undefined;
  return {
    verdict: `is in ${arn.region}, but everything else is to be in ${region}`,
    remedy: `Use one of ${region}, or set region: ${JSON.stringify(arn.region)}`,
  };
}

export function policyArnRule(text: string): Complaint | undefined {
  const arn = parseArn(text);
  if (arn?.service === "iam" && arn.resource.startsWith("policy/") && arn.region === "" && arn.account !== "")
    return undefined;
  const verdict =
    arn?.service === "iam" && arn.resource.startsWith("role/")
      ? "is a role; a policy is needed"
      : "is not the ARN of an IAM policy";
  return { verdict, works: POLICY_LOOKS };
}

/** A policy that bounds roles is one of the account's own, as AWS's reach too far. */
export function boundaryArnRule(text: string): Complaint | undefined {
  const complaint = policyArnRule(text);
  if (complaint) return complaint;
  return parseArn(text)?.account === "aws"
    ? { verdict: "is a policy of AWS's own, of which none bounds what roles may do", works: POLICY_LOOKS }
    : undefined;
}

export function policyPartitionRule(text: string, region: string): Complaint | undefined {
  const arn = parseArn(text);
  const partition = partitionOf(region);
  if (arn === undefined || arn.partition === partition) return undefined;
  return {
    verdict: `is of the partition ${arn.partition}, but ${region} is in ${partition}`,
    suggestion: text.replace(/^arn:[^:]+/, `arn:${partition}`),
  };
}

const SERVICE_SECRET_LOOKS =
  "It looks like arn:aws:secretsmanager:us-east-1:123456789012:secret:webhooks-AbCdEf, with :key:: after it for one value of its JSON, or arn:aws:ssm:us-east-1:123456789012:parameter/webhooks.";

/** What ECS reads into a variable: a secret, a value in it, or a parameter. */
export function serviceSecretRule(text: string): Complaint | undefined {
  const arn = parseArn(text);
  if (arn?.service === "ssm" && /^parameter\/[A-Za-z0-9_./-]+$/.test(arn.resource)) return undefined;
  const [, whole] =
    (arn?.service === "secretsmanager" && /^(secret:[^:]+)(?::[^:]*:[^:]*:[^:]*)?$/.exec(arn.resource)) || [];
  if (arn === undefined || whole === undefined)
    return { verdict: "is not the ARN of a secret or of a parameter", works: SERVICE_SECRET_LOOKS };
  const { partition, service, region, account } = arn;
  return secretArnRule(`arn:${partition}:${service}:${region}:${account}:${whole}`);
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html */
export function certificateArnRule(text: string): Complaint | undefined {
  const arn = parseArn(text);
  const isAcm = arn?.service === "acm" && /^certificate\/[0-9a-f-]{36}$/.test(arn.resource);
  const isIam = arn?.service === "iam" && arn.resource.startsWith("server-certificate/");
  if (isAcm || isIam) return undefined;
  return {
    verdict: "is not the ARN of a certificate",
    works:
      "It looks like arn:aws:acm:us-east-1:123456789012:certificate/0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b.",
  };
}
