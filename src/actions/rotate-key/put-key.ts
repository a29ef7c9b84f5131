import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { PrefectFargateError } from "#errors";
import { type System, secretArnOf } from "../system.ts";
import type { Workplace } from "../workplace.ts";

/**
 * The secret's value as Terraform knows it. Replacing it, as \`terraform apply -replace\` does, makes a new version of the secret
 * and leaves all else alone; state and reality agree, and no number has to be raised and remembered.
 */
export const KEY_ADDRESS = "module.api_key.aws_secretsmanager_secret_version.this";

/**
 * Writes the workplace's key into the secret: through Terraform where the secret is its own, else by Secrets Manager.
 *
 * @throws CONFIG_NOT_DEPLOYED when the secret itself would change with it; nothing is changed then
 */
export async function putKey(workplace: Workplace, key: string, system: System): Promise<void> {
  const { config, workspace, aws } = workplace;
  if (config.prefect.apiKey && "secretArn" in config.prefect.apiKey) {
    const SecretId = secretArnOf(system);
    await aws.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: key }));
    return;
  }
  await workspace.init();
  const plan = await workspace.plan({ replace: [KEY_ADDRESS], only: [KEY_ADDRESS] });
  const others = plan.changes.filter(({ address }) => address !== KEY_ADDRESS);
  if (others.length > 0) {
    workspace.discard(plan);
    throw new PrefectFargateError(
      "CONFIG_NOT_DEPLOYED",
      "The config says otherwise about the secret than what is deployed, so more than the key would change.",
      {
        details: others.map(({ address, action }) => `${address}: ${action}`),
        hint: "prefect-fargate deploy",
      },
    );
  }
  await workspace.apply(plan);
}
