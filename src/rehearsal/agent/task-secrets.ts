import type { Secret } from "@aws-sdk/client-ecs";
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from "@aws-sdk/client-secrets-manager";
import { readParameter } from "./parameter-store.ts";
import type { RenewingSession } from "./role-session.ts";
import { parseSecretReference, type SecretReference } from "./secret-reference.ts";
import { secretNotRetrieved, serviceAnswer } from "./stop-reasons.ts";

export interface SecretSource {
  readonly endpointUrl: string;
  /** The task's region: where a reference does not name its own. */
  readonly region: string;
  /** The execution role's: on Fargate the host fetches secrets, the task role may not read them at all. */
  readonly session: RenewingSession;
}

/**
 * The values of a container's `secrets`, by the name of their variable.
 * @throws TaskStartFailure in AWS's words when one is missing, denied or has no such key
 */
export async function fetchSecrets(
  secrets: readonly Secret[],
  source: SecretSource,
): Promise<Record<string, string>> {
  const entries = secrets.map(async ({ name = "", valueFrom = "" }) => {
    const reference = parseSecretReference(valueFrom);
    const value =
      reference.source === "parameter-store"
        ? await readParameter(reference.name, { ...source, region: reference.region || source.region })
        : await readSecret(reference, source);
    return [name, value] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function readSecret(
  reference: Extract<SecretReference, { source: "secrets-manager" }>,
  source: SecretSource,
): Promise<string> {
  const client = new SecretsManagerClient({
    endpoint: source.endpointUrl,
    region: reference.region || source.region,
    credentials: source.session.provider,
  });
  const command = new GetSecretValueCommand({
    SecretId: reference.secretId,
    VersionStage: reference.versionStage,
    VersionId: reference.versionId,
  });
  try {
    const { SecretString = "" } = await client.send(command);
    return reference.jsonKey ? valueOfKey(SecretString, reference.jsonKey) : SecretString;
  } catch (error) {
    throw secretNotRetrieved("asm", problemWith(reference.secretId, error));
  } finally {
    client.destroy();
  }
}

/** Numbers, booleans and the like become their text. */
function valueOfKey(secretText: string, jsonKey: string): string {
  const value: unknown = JSON.parse(secretText)[jsonKey];
  if (value === undefined) {
    throw new Error(`retrieved secret from Secrets Manager did not contain json key ${jsonKey}`);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

function problemWith(secretId: string, error: unknown): string {
  if (error instanceof ResourceNotFoundException) {
    return `ResourceNotFoundException: The task can't retrieve the secret with ARN '${secretId}' from AWS Secrets Manager. Check whether the secret exists in the specified Region`;
  }
  if (error instanceof SecretsManagerServiceException) {
    return `failed to fetch secret ${secretId} from secrets manager: ${serviceAnswer(error)}`;
  }
  // Not the parser's own words: they would quote the secret.
  if (error instanceof SyntaxError) return "invalid character looking for beginning of value";
  return error instanceof Error ? error.message : String(error);
}
