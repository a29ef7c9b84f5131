import { renderBlock } from "#terraform/hcl.ts";
import { REQUIRED_AWS, REQUIRED_TERRAFORM } from "#terraform/requirements.ts";

/** The tag by which we find what is ours. */
const MANAGED_BY = { ManagedBy: "prefect-fargate" } as const;

export const requirementsBlock = (): string =>
  renderBlock(
    "terraform",
    [],
    { required_version: REQUIRED_TERRAFORM, required_providers: { aws: REQUIRED_AWS } },
    { nested: { required_providers: {} } },
  );

/** Region and tags, and nothing else: credentials and endpoints come from the environment. */
export const providerBlock = (region: string, tags: Readonly<Record<string, string>>): string =>
  renderBlock(
    "provider",
    ["aws"],
    { region, default_tags: { tags: { ...tags, ...MANAGED_BY } } },
    { nested: { default_tags: {} } },
  );
