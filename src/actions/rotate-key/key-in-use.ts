import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { PrefectFargateError } from "#errors";
import type { AwsClients } from "../aws-clients.ts";
import { type System, secretArnOf } from "../system.ts";

/**
 * The key that tasks get now: the way back, should the new one not do. It stays in memory.
 *
 * @throws KEY_NOT_READABLE, SYSTEM_WITHOUT_KEY before anything was changed
 */
export async function readKeyInUse({ secrets }: AwsClients, system: System): Promise<string> {
  const SecretId = secretArnOf(system);
  try {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    if (SecretString) return SecretString;
    throw new Error("it has no text");
  } catch (cause) {
    throw new PrefectFargateError(
      "KEY_NOT_READABLE",
      `The secret ${SecretId} cannot be read (${cause instanceof Error ? cause.message : cause}), so there would be no way back to the key in it. Nothing was changed.`,
      { source: "environment", cause, hint: "Have secretsmanager:GetSecretValue allowed for it" },
    );
  }
}
