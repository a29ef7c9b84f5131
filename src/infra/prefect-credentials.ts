import { TerraformLocal, Token } from "cdktn";
import type { Construct } from "constructs";
import { namedList, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import type { WorkerProps } from "./worker-props.ts";

export interface PrefectCredentials {
  /** `secrets` of a container: ECS fills the variable from Secrets Manager when the task starts. */
  readonly secrets: unknown;
  /** The same variables with null as their value: what keeps a worker from passing its own on. */
  readonly unset: unknown;
}

/** How tasks say to Prefect who they are: by a key, by user name and password, or not at all. */
export function prefectCredentials(
  scope: Construct,
  { apiKeySecretArn, authStringSecretArn }: Pick<WorkerProps, "apiKeySecretArn" | "authStringSecretArn">,
): PrefectCredentials {
  const variables = { PREFECT_API_KEY: apiKeySecretArn, PREFECT_API_AUTH_STRING: authStringSecretArn };
  if (!Object.values(variables).some(Token.isUnresolved)) {
    const given = Object.entries(variables).filter(([, arn]) => arn !== null) as [string, string][];
    return {
      secrets: namedList(Object.fromEntries(given), "valueFrom"),
      unset: Object.fromEntries(given.map(([name]) => [name, null])),
    };
  }
  const local = new TerraformLocal(
    scope,
    "credentials",
    tf`{ for name, arn in ${variables} : name => arn if arn != null }`,
  );
  note(local, "Where tasks find what they say to Prefect. A server may ask for nothing.");
  return {
    secrets: namedList(local.asStringMap, "valueFrom"),
    unset: tf`{ for name, arn in ${local.fqn} : name => null }`,
  };
}
