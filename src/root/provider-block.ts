import { SYSTEM_TAG } from "#config/resource-tags.ts";
import type { Config } from "#config/schema.ts";
import { systemName } from "#config/system-name.ts";
import { renderBlock } from "#terraform/hcl.ts";
import { REQUIRED_AWS, REQUIRED_TERRAFORM } from "#terraform/requirements.ts";

/** The tag by which we find what is ours. */
export const MANAGED_BY = { ManagedBy: "prefect-fargate" } as const;

/** The config's tags, and ours. */
export const allTags = (config: Pick<Config, "region" | "cluster" | "tags">): Record<string, string> => ({
  ...config.tags,
  ...MANAGED_BY,
  [SYSTEM_TAG]: systemName(config),
});

export const requirementsBlock = (): string =>
  renderBlock(
    "terraform",
    [],
    { required_version: REQUIRED_TERRAFORM, required_providers: { aws: REQUIRED_AWS } },
    { nested: { required_providers: {} } },
  );

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
