import { SYSTEM_TAG } from "#config/resource-tags.ts";
import type { Config } from "#config/schema.ts";
import type { StateObject } from "#config/state-schema.ts";
import { systemName } from "#config/system-name.ts";
import { type JsonObject, renderBlock } from "#terraform/hcl.ts";
import { REQUIRED_AWS, REQUIRED_TERRAFORM } from "#terraform/requirements.ts";

/** The tag by which we find what is ours. */
export const MANAGED_BY = { ManagedBy: "prefect-fargate" } as const;

/** The config's tags, and ours. */
export const allTags = (config: Pick<Config, "region" | "cluster" | "tags">): Record<string, string> => ({
  ...config.tags,
  ...MANAGED_BY,
  [SYSTEM_TAG]: systemName(config),
});

/** Terraform writes a block's label behind its name. */
const S3_BACKEND = 'backend "s3"';

/**
 * What the root needs, and where its state is kept. Nothing of that is secret, so it stands on the page; credentials come from
 * the environment. The lock is an object beside the state, and S3 encrypts as the bucket says.
 *
 * https://developer.hashicorp.com/terraform/language/backend/s3
 */
export const requirementsBlock = ({
  state,
  awsAccount,
}: Partial<Pick<Config, "state" | "awsAccount">> = {}): string =>
  renderBlock(
    "terraform",
    [],
    {
      required_version: REQUIRED_TERRAFORM,
      ...(state ? { [S3_BACKEND]: backendOf(state, awsAccount) } : {}),
      required_providers: { aws: REQUIRED_AWS },
    },
    { nested: { required_providers: {}, [S3_BACKEND]: {} } },
  );

const backendOf = ({ bucket, key, region }: StateObject, awsAccount: string | undefined): JsonObject => ({
  bucket,
  key,
  region,
  use_lockfile: true,
  ...(awsAccount ? { allowed_account_ids: [awsAccount] } : {}),
});

/** Region, account and tags, and nothing else: credentials and endpoints come from the environment. */
export const providerBlock = (config: Pick<Config, "region" | "awsAccount" | "cluster" | "tags">): string =>
  renderBlock(
    "provider",
    ["aws"],
    {
      region: config.region,
      ...(config.awsAccount ? { allowed_account_ids: [config.awsAccount] } : {}),
      default_tags: { tags: allTags(config) },
    },
    { nested: { default_tags: {} } },
  );
