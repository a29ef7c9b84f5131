import type { KeyValuePair } from "@aws-sdk/client-ecs";

export interface TaskEnvironmentInput {
  /** The image's own ENV: PATH, LANG and the like. */
  readonly imageEnvironment: Readonly<Record<string, string>>;
  /** `environment` of the container definition. */
  readonly definition?: readonly KeyValuePair[];
  /** `environment` of RunTask's container override. */
  readonly override?: readonly KeyValuePair[];
  /** Values of the definition's `secrets`, already fetched. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly region: string;
  /** Where the container finds its task metadata, version 4. */
  readonly metadataUri: string;
  /** Where the container finds the agent's API, with task protection. */
  readonly agentUri: string;
  /** Where the container finds its task role's session; absent for a task without a role. */
  readonly credentials?: { readonly uri: string; readonly token: string };
  /** The emulated AWS. It wins over everything: a rehearsal must not reach the real one. */
  readonly endpointUrl: string;
}

/**
 * The whole environment of a container, and nothing else: a process of the rehearsal sees no variable of the
 * person who started it, as on Fargate. Later sources win over earlier ones.
 *
 * Secrets come after plain variables. AWS refuses to register a definition in which both have the same name ("The
 * secret name must be unique and not shared with any new or existing environment variables set on the
 * container"), so the two can only meet through an override, where the ECS agent merges secrets last.
 *
 * Fargate points the SDKs to their role with AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, a path on 169.254.170.2. A
 * process of this machine has no such address; the SDKs accept a full URI on the loopback device instead, and
 * send the token along, as other processes could ask at the same port.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 *
 * ECS_CONTAINER_METADATA_URI (version 3) is not offered.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-environment-variables.html
 */
export function taskEnvironment(input: TaskEnvironmentInput): Record<string, string> {
  return {
    ...input.imageEnvironment,
    AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
    AWS_REGION: input.region,
    AWS_DEFAULT_REGION: input.region,
    ...fromPairs(input.definition),
    ...fromPairs(input.override),
    ...input.secrets,
    ECS_CONTAINER_METADATA_URI_V4: input.metadataUri,
    ECS_AGENT_URI: input.agentUri,
    ...(input.credentials && {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: input.credentials.uri,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: input.credentials.token,
    }),
    AWS_ENDPOINT_URL: input.endpointUrl,
  };
}

export function fromPairs(pairs: readonly KeyValuePair[] = []): Record<string, string> {
  return Object.fromEntries(pairs.filter(({ name }) => name).map(({ name, value }) => [name, value ?? ""]));
}
