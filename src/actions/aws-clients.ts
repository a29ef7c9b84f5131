import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** The AWS clients of an action, made when first used. They only read: what Terraform can own, Terraform makes. */
export interface AwsClients {
  readonly ecs: ECSClient;
  readonly ec2: EC2Client;
  readonly logs: CloudWatchLogsClient;
  readonly secrets: SecretsManagerClient;
  close(): void;
}

/**
 * Clients for `region`, with the settings in `env` where it has some (an emulator's endpoint and keys)
 * and AWS's usual chain of credentials otherwise.
 */
export function awsClients(region: string, env: Readonly<Record<string, string>>): AwsClients {
  const settings = clientSettings(region, env);
  const made: { destroy(): void }[] = [];
  const once = <T extends { destroy(): void }>(make: () => T) => {
    let client: T | undefined;
    return () => {
      if (!client) {
        client = make();
        made.push(client);
      }
      return client;
    };
  };
  const ecs = once(() => new ECSClient(settings));
  const ec2 = once(() => new EC2Client(settings));
  const logs = once(() => new CloudWatchLogsClient(settings));
  const secrets = once(() => new SecretsManagerClient(settings));
  return {
    get ecs() {
      return ecs();
    },
    get ec2() {
      return ec2();
    },
    get logs() {
      return logs();
    },
    get secrets() {
      return secrets();
    },
    close: () => {
      for (const client of made) client.destroy();
    },
  };
}

/** What every AWS client of ours is made with. */
export const clientSettings = (region: string, env: Readonly<Record<string, string>>) => ({
  region,
  ...(env.AWS_ENDPOINT_URL ? { endpoint: env.AWS_ENDPOINT_URL } : {}),
  ...identity(env),
});

/** Keys win over a profile, as they do in every AWS tool. */
function identity(env: Readonly<Record<string, string>>) {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_PROFILE: profile,
  } = env;
  if (!accessKeyId || !secretAccessKey) return profile ? { profile } : {};
  return {
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
    },
  };
}
