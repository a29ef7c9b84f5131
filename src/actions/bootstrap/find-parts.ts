import { IAMClient, ListOpenIDConnectProvidersCommand } from "@aws-sdk/client-iam";
import { pipelineNames } from "#config/pipeline-names.ts";
import type { Config } from "#config/schema.ts";
import type { StateObject } from "#config/state-schema.ts";
import { PrefectFargateError } from "#errors";
import { API_KEY, BOOTSTRAP_STATE_TAG, type BootstrapParts, STATE_BUCKET } from "#root/compose-bootstrap.ts";
import { clientSettings } from "../aws-clients.ts";
import { type BucketLook, bucketFaults, inspectBucket } from "../state/inspect-bucket.ts";
import { readState, type StateSummary } from "../state/read-state.ts";
import { LOCAL_STATE } from "../state/state-place.ts";

type Env = Readonly<Record<string, string>>;

/** What a bootstrap makes, or has made, and how far it is. */
export interface FoundParts {
  readonly parts: BootstrapParts;
  /** The bucket exists and is not of our making: used as it is, with what it lacks. */
  readonly givenBucket: { readonly faults: readonly string[] } | undefined;
  /** It was made just before a kill, and Terraform does not know of it. */
  readonly orphanedBucket: boolean;
}

/**
 * Looks at what is there.
 *
 * @param dir the folder of the bootstrap's own Terraform
 * @param own where its state is kept, once there is a bucket
 * @throws BUCKET_TAKEN, BUCKET_ELSEWHERE
 */
export async function findParts(
  config: Config,
  dir: string,
  own: StateObject,
  env: Env,
): Promise<FoundParts> {
  const look = await inspectBucket(own, env);
  if (look.kind === "denied") throw bucketTaken(own);
  const [kept, local] = await Promise.all([
    look.kind === "there" ? readState({ kind: "s3", ...own }, env) : undefined,
    readState({ kind: "local", file: `${dir}/${LOCAL_STATE}` }, env),
  ]);
  const isUnderWay = local !== undefined && local.resources > 0;
  const known = isUnderWay ? local : kept;
  const { bucket, givenBucket, orphanedBucket } = findBucket(look, own, known);
  if (bucket !== undefined && own.region !== config.region) throw bucketElsewhere(own, config);
  return {
    parts: {
      backend: look.kind === "there" && !isUnderWay && !orphanedBucket ? own : undefined,
      bucket,
      access: await findAccess(config, known, env),
      secretName: secretNameOf(config, known),
    },
    givenBucket,
    orphanedBucket,
  };
}

function findBucket(look: BucketLook, { bucket, key }: StateObject, known: StateSummary | undefined) {
  if (look.kind !== "there") return { bucket, givenBucket: undefined, orphanedBucket: false };
  if (known?.kinds.has(`module.${STATE_BUCKET}.aws_s3_bucket`))
    return { bucket, givenBucket: undefined, orphanedBucket: false };
  if (look.tags[BOOTSTRAP_STATE_TAG] === key) return { bucket, givenBucket: undefined, orphanedBucket: true };
  return { bucket: undefined, givenBucket: { faults: bucketFaults(look) }, orphanedBucket: false };
}

/** An account can have one OIDC provider for each address: the first environment makes it, the others use it. */
async function findAccess(
  { pipeline, environment, region }: Config,
  known: StateSummary | undefined,
  env: Env,
): Promise<BootstrapParts["access"]> {
  if (pipeline === undefined) return undefined;
  if (environment === undefined)
    throw new PrefectFargateError(
      "PIPELINE_NOT_READY",
      "The config has a pipeline, which deploys environments, and describes none.",
      { hint: "Add environments: { prod: {} }, and bootstrap each with --env" },
    );
  const [provider, address] =
    pipeline.repository === undefined
      ? (["circleci", `oidc.circleci.com/org/${pipeline.organizationId}`] as const)
      : (["github", "token.actions.githubusercontent.com"] as const);
  if (known?.kinds.has("module.pipeline_access.aws_iam_openid_connect_provider"))
    return { provider, oidcProviderArn: undefined };
  const iam = new IAMClient(clientSettings(region, env));
  try {
    const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
    const found = OpenIDConnectProviderList.find(({ Arn }) => Arn?.endsWith(`:oidc-provider/${address}`));
    return { provider, oidcProviderArn: found?.Arn };
  } finally {
    iam.destroy();
  }
}

/** The secret of an environment that a pipeline runs: made while the config names no other, and kept when it names this one. */
function secretNameOf(config: Config, known: StateSummary | undefined): string | undefined {
  if (config.pipeline === undefined) return undefined;
  const isMade = known?.kinds.has(`module.${API_KEY}.aws_secretsmanager_secret`) ?? false;
  const isWanted = config.prefect.apiKey !== undefined && "secretName" in config.prefect.apiKey;
  return isMade || isWanted ? `${pipelineNames(config).prefix}-api-key` : undefined;
}

const bucketTaken = ({ bucket }: StateObject): PrefectFargateError =>
  new PrefectFargateError(
    "BUCKET_TAKEN",
    `The bucket ${bucket} is in another account, or these credentials may not use it: a bucket's name is the only one on AWS.`,
    {
      hint: "Choose another state.bucket in the config, or use the account that it is in: export AWS_PROFILE=…",
    },
  );

const bucketElsewhere = ({ region, bucket }: StateObject, config: Config): PrefectFargateError =>
  new PrefectFargateError(
    "BUCKET_ELSEWHERE",
    `The bucket ${bucket} is wanted in ${region}, and bootstrap makes it in the config's region, ${config.region}.`,
    { hint: "Leave state.region out of the config; or make the bucket yourself, it is then used as it is." },
  );
