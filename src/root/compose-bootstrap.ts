import type { Config } from "#config/schema.ts";
import type { StateObject } from "#config/state-schema.ts";
import { apiKeyInterface } from "#infra/interfaces/api-key.ts";
import { stateBucketInterface } from "#infra/interfaces/state-bucket.ts";
import { joinBlocks, renderBlock } from "#terraform/hcl.ts";
import { callModule, reference } from "#terraform/module-interface.ts";
import { escapeTemplates } from "#terraform/template.ts";
import { accessBlocks } from "./compose-access.ts";
import { ROOT_HEADER, type RootFiles } from "./compose-root.ts";
import { requirementsBlock } from "./provider-block.ts";
import { API_KEY_VARIABLE, API_KEY_VERSION_VARIABLE, apiKeyVariables } from "./variables.ts";

/** What of a system has to be there before the system itself is deployed. */
export interface BootstrapParts {
  /** Where the bootstrap's own state is kept; undefined as long as there is no bucket for it. */
  readonly backend: StateObject | undefined;
  /** Name of the bucket to make. */
  readonly bucket: string | undefined;
  /** The CI whose pipeline gets roles, and the OIDC provider that the account has already. */
  readonly access:
    | { readonly provider: "github" | "circleci"; readonly oidcProviderArn: string | undefined }
    | undefined;
  /** Name of the secret to make for the Prefect key. */
  readonly secretName: string | undefined;
}

/** By these what bootstrap made is known, and told from the system: a deploy or destroy does not look for it. */
const BOOTSTRAP_TAG = "ManagedBy";
const BOOTSTRAPPED = "prefect-fargate bootstrap";
/** The state that knows it, so that what was made just before a kill is found again, and nobody else's is taken. */
export const BOOTSTRAP_STATE_TAG = "PrefectBootstrap";

/** Labels of the modules. */
export const STATE_BUCKET = "state_bucket";
export const API_KEY = "api_key";

/** A page of Terraform beside the system's own: bucket, roles, secret. */
export function composeBootstrap(config: Config, own: StateObject, parts: BootstrapParts): RootFiles {
  const blocks = [
    requirementsBlock({
      state: parts.backend,
      ...(config.awsAccount ? { awsAccount: config.awsAccount } : {}),
    }),
    provider(config, own),
    ...(parts.secretName ? apiKeyVariables() : []),
    ...(parts.bucket ? bucketBlocks(parts.bucket) : []),
    ...(parts.access ? accessTo(config, parts.access, parts.secretName !== undefined) : []),
    ...(parts.secretName ? secretBlocks(parts.secretName) : []),
  ];
  return { "main.tf": `${ROOT_HEADER}\n\n${joinBlocks(blocks)}` };
}

const provider = ({ region, awsAccount, tags }: Config, { key }: StateObject): string =>
  renderBlock(
    "provider",
    ["aws"],
    {
      region,
      ...(awsAccount ? { allowed_account_ids: [awsAccount] } : {}),
      default_tags: {
        tags: { ...escapeTemplates(tags), [BOOTSTRAP_TAG]: BOOTSTRAPPED, [BOOTSTRAP_STATE_TAG]: key },
      },
    },
    { nested: { default_tags: {} } },
  );

/** A pipeline's system is given its secret, so its roles need not make one. */
function accessTo(
  config: Config,
  { provider, oidcProviderArn }: NonNullable<BootstrapParts["access"]>,
  makesSecret: boolean,
): string[] {
  if (!makesSecret) return accessBlocks(config, provider, { oidcProviderArn });
  const secretArn = reference(`module.${API_KEY}.secret_arn`);
  const given = { ...config, prefect: { ...config.prefect, apiKey: { secretArn } } };
  return accessBlocks(given, provider, { oidcProviderArn, secretArn });
}

function bucketBlocks(name: string): string[] {
  const { label, body, outputs } = callModule(stateBucketInterface, STATE_BUCKET, { name });
  return [
    renderBlock("module", [label], body, { note: "Terraform's states, this one too." }),
    renderBlock("output", ["state_bucket"], { value: outputs.name }),
  ];
}

function secretBlocks(name: string): string[] {
  const { label, body, outputs } = callModule(apiKeyInterface, API_KEY, {
    name,
    apiKey: reference(`var.${API_KEY_VARIABLE}`),
    apiKeyVersion: reference(`var.${API_KEY_VERSION_VARIABLE}`),
  });
  return [
    renderBlock("module", [label], body, {
      note: "Filled once: a pipeline deploys with the secret's ARN, and never has the key.",
    }),
    renderBlock("output", ["api_key_secret_arn"], { value: outputs.secretArn }),
  ];
}
