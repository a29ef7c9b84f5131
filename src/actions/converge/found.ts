import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { ServiceDiscoveryClient } from "@aws-sdk/client-servicediscovery";
import type { SQSClient } from "@aws-sdk/client-sqs";

/** Something on AWS that Terraform would create, and that is there already. */
export interface Found {
  /** By which Terraform imports it. */
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** It is a part of something that Terraform has already, and whose owner is known: a rule of a group, a route of a table. */
  readonly isPart?: boolean;
  /** A destroy leaves it behind for some days: it does not tell that the system is there. */
  readonly isRemains?: boolean;
  /** What has to be done before it can be taken over. */
  readonly mend?: Mend;
}

/** A change on AWS that Terraform cannot make, of something of ours. */
export interface Mend {
  /** `The secret prefect-api-key waits for its deletion; it is restored.` */
  readonly sentence: string;
  perform(): Promise<unknown>;
}

/** Values of a resource as Terraform plans it; what depends on others is missing. */
export type PlannedValues = Readonly<Record<string, unknown>>;

export interface FinderContext {
  readonly aws: ConvergeClients;
  readonly clusterName: string;
  readonly region: string;
}

/** Looks for the one thing that a planned resource would collide with, or double. */
export type Finder = (values: PlannedValues, context: FinderContext) => Promise<Found | undefined>;

export interface ConvergeClients {
  readonly ec2: EC2Client;
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
  readonly secrets: SecretsManagerClient;
  readonly discovery: ServiceDiscoveryClient;
  readonly sqs: SQSClient;
}

interface SpelledTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}

/** AWS spells tags in two ways. */
export const tagsOf = (tags: readonly SpelledTag[] | undefined): Record<string, string> =>
  Object.fromEntries(
    (tags ?? []).map(({ Key, Value, key, value }) => [Key ?? key ?? "", Value ?? value ?? ""]),
  );

export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** What a call gives, or undefined where AWS says in one of these words that the thing is not there. */
export async function unlessMissing<T>(
  call: Promise<T>,
  ...errors: readonly string[]
): Promise<T | undefined> {
  return call.catch((error: unknown) => {
    if (errors.includes((error as Error).name)) return undefined;
    throw error;
  });
}
