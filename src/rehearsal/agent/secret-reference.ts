/** What a container definition's `secrets[].valueFrom` points to. */
export type SecretReference =
  | {
      readonly source: "secrets-manager";
      readonly secretId: string;
      readonly region: string;
      /** Only this key of a JSON secret; undefined = the whole text. */
      readonly jsonKey?: string;
      readonly versionStage?: string;
      readonly versionId?: string;
    }
  | { readonly source: "parameter-store"; readonly name: string; readonly region?: string };

/** `arn:partition:secretsmanager:region:account:secret:name`: what comes behind names a key, a stage or a version. */
const SECRET_ARN_PARTS = 7;

/**
 * Reads a `valueFrom`: the ARN of a Secrets Manager secret, with or without `:json-key:version-stage:version-id` (each
 * may be empty), the ARN of an SSM parameter, or its bare name. A bare name is never a secret's.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
 */
export function parseSecretReference(valueFrom: string): SecretReference {
  const parts = valueFrom.split(":");
  if (parts[0] !== "arn") return { source: "parameter-store", name: valueFrom };
  const region = parts[3] ?? "";
  if (parts[2] === "ssm")
    return { source: "parameter-store", name: parameterName(parts.slice(5).join(":")), region };
  const [jsonKey, versionStage, versionId] = parts.slice(SECRET_ARN_PARTS);
  return {
    source: "secrets-manager",
    secretId: parts.slice(0, SECRET_ARN_PARTS).join(":"),
    region,
    ...(jsonKey && { jsonKey }),
    ...(versionStage && { versionStage }),
    ...(versionId && { versionId }),
  };
}

/** `parameter/a/b` is the parameter `/a/b`, `parameter/a` is `a`: the ARN has one slash for both. */
function parameterName(resource: string): string {
  const name = resource.replace(/^parameter\//, "");
  return name.includes("/") ? `/${name}` : name;
}
