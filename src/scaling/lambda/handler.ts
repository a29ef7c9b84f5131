import { ECSClient } from "@aws-sdk/client-ecs";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { transportFor } from "#prefect/trusting-fetch.ts";
import type { Remembered } from "./look.ts";
import { askPrefectAs } from "./prefect-session.ts";
import type { ScalerTask } from "./scaler-task.ts";
import { Trouble } from "./trouble.ts";
import { watch } from "./watch.ts";

/** The schedule starts us every minute; the rest of it belongs to whoever comes next. */
const WATCH_SECONDS = 55;
/** What a look may take longer than it should. */
const MARGIN_SECONDS = 12;

interface Context {
  getRemainingTimeInMillis(): number;
}

const ecs = new ECSClient({ maxAttempts: 2 });
const secrets = new SecretsManagerClient({ maxAttempts: 2 });
/** A function that is warm goes on where it was; one that is not starts afresh, and may only grow at first. */
const remembered = new Map<string, Remembered>();
const asking = new Map<string, ReturnType<typeof askPrefectAs>>();
const now = (): number => Date.now() / 1000;

/** The Lambda function: looks at Prefect and ECS for most of a minute, and sets how many tasks each service has. */
export async function handler(task: ScalerTask, context: Context): Promise<void> {
  const left = context.getRemainingTimeInMillis() / 1000 - MARGIN_SECONDS;
  await watch(task, {
    ecs,
    ask: askingOf(task),
    now,
    remembered,
    until: now() + Math.min(WATCH_SECONDS, left),
    sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    // Not console.log: Lambda puts a prefix before its lines, and they would not be JSON any more.
    print: (line) => void process.stdout.write(`${line}\n`),
  });
}

/** The same session as in the last minute: it knows the key, and whether Prefect wants to be left alone. */
function askingOf(task: ScalerTask): ReturnType<typeof askPrefectAs> {
  const { prefectApiUrl: apiUrl, apiKeySecretArn, authStringSecretArn, caCertificates } = task;
  const id = JSON.stringify([apiUrl, apiKeySecretArn, authStringSecretArn, caCertificates]);
  const readAuthorization = authorizationFrom(task);
  const transport = transportFor(caCertificates ?? undefined);
  const ask = asking.get(id) ?? askPrefectAs({ apiUrl, readAuthorization, transport, now });
  asking.set(id, ask);
  return ask;
}

/** As Prefect's own client says it: by a key, by user name and password, or not at all. */
function authorizationFrom({ apiKeySecretArn, authStringSecretArn }: ScalerTask) {
  if (apiKeySecretArn) return async () => `Bearer ${await readSecret(apiKeySecretArn)}`;
  if (!authStringSecretArn) return undefined;
  return async () => `Basic ${Buffer.from(await readSecret(authStringSecretArn)).toString("base64")}`;
}

async function readSecret(secretArn: string): Promise<string> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
  if (!SecretString) throw new Trouble("the secret for Prefect holds no text");
  return SecretString;
}
