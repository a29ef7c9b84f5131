import type { Complaint } from "./complaint.ts";
import { looksLikeKey } from "./show-value.ts";

/** What sets a variable already, and what to do instead of setting it. */
type Owner = readonly [verdict: string, remedy: string];

const KEY: Owner = [
  "must not be in a config: whoever may describe the task would read it",
  "Remove it: tasks get the key from the secret that prefect.apiKey names",
];
const BY_ECS: Owner = ["is set by ECS itself", "Remove it"];
const AWS_KEY: Owner = [
  "must not be in a config: tasks get short-lived credentials from their role",
  "Remove it, and give the role what it needs by policyArns",
];

/** Variables of every task that are not the user's to set. */
const OWNED: Readonly<Record<string, Owner>> = {
  PREFECT_API_KEY: KEY,
  PREFECT_API_AUTH_STRING: KEY,
  PREFECT_FARGATE_CA: ["holds the certificates that tasks trust", "Set prefect.caCertificates instead"],
  PREFECT_API_URL: [
    "is derived from the config",
    "Set prefect.apiUrl, prefect.accountId and prefect.workspaceId instead",
  ],
  AWS_ACCESS_KEY_ID: AWS_KEY,
  AWS_SECRET_ACCESS_KEY: AWS_KEY,
  AWS_SESSION_TOKEN: AWS_KEY,
  AWS_CONTAINER_CREDENTIALS_FULL_URI: BY_ECS,
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: BY_ECS,
  AWS_EXECUTION_ENV: BY_ECS,
  ECS_AGENT_URI: BY_ECS,
  ECS_CONTAINER_METADATA_URI: BY_ECS,
  ECS_CONTAINER_METADATA_URI_V4: BY_ECS,
};

/** Variables that only the worker's task definition sets. */
const OWNED_IN_WORKERS: Readonly<Record<string, Owner>> = {
  PREFECT_ACCOUNT_ID: ["is derived from the config", "Set prefect.accountId instead"],
  PREFECT_WORKSPACE_ID: ["is derived from the config", "Set prefect.workspaceId instead"],
  EXTRA_PIP_PACKAGES: ["is written from a list", "Set extraPipPackages instead"],
  PREFECT_INTEGRATIONS_AWS_ECS_OBSERVER_SQS_QUEUE_NAME: ["is set to the queue that is created", "Remove it"],
  AWS_REGION: ["is the region of the cluster", "Set region instead"],
  AWS_DEFAULT_REGION: ["is the region of the cluster", "Set region instead"],
};

/** Of a service: its variables are its own, but for what ECS sets and what should be nobody's to read. */
const OWNED_IN_SERVICES: Readonly<Record<string, Owner>> = {
  ...OWNED,
  PREFECT_API_KEY: [KEY[0], "Set prefectAccess: true, or name its secret in secrets"],
  PREFECT_API_AUTH_STRING: [KEY[0], "Name its secret in secrets"],
};
/** What a secret may fill. */
const FILLED_BY_SECRETS = ["PREFECT_API_KEY", "PREFECT_API_AUTH_STRING", "PREFECT_API_URL"];

export type EnvironmentOf = "worker" | "flows" | "service" | "secret";

function ownerOf(name: string, of: EnvironmentOf): Owner | undefined {
  if (of === "secret") return FILLED_BY_SECRETS.includes(name) ? undefined : OWNED[name];
  if (of === "service") return name === "PREFECT_API_URL" ? undefined : OWNED_IN_SERVICES[name];
  return OWNED[name] ?? (of === "worker" ? OWNED_IN_WORKERS[name] : undefined);
}

export function environmentNameRule(name: string, of: EnvironmentOf): Complaint | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return {
      verdict: "is not a name that every shell accepts",
      works: "Use letters, digits and underscores, with no digit in front.",
    };
  const [verdict, remedy] = ownerOf(name, of) ?? [];
  if (verdict) return { verdict, remedy };
  if (name.startsWith("PREFECT__") && (of === "worker" || of === "flows"))
    return { verdict: "is set by Prefect for each flow run", remedy: "Remove it" };
  return undefined;
}

export function environmentValueRule(value: string): Complaint | undefined {
  if (looksLikeKey(value))
    return {
      verdict: "looks like a key or password, which everybody who may describe the task would read",
      remedy: "Keep it in a secret, a Prefect block or an IAM role",
    };
  if (value.includes("\0")) return { verdict: "has a NUL character, which no environment can hold" };
  return undefined;
}

/** RunTask takes this many characters of overrides, and Prefect sends flow runs their environment there.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html */
const MOST_OVERRIDE_CHARACTERS = 8192;
/** A task definition may have this many bytes.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MOST_DEFINITION_BYTES = 64 * 1024;

export function environmentSizeRule(
  environment: Readonly<Record<string, string>>,
  of: EnvironmentOf,
): Complaint | undefined {
  const text = JSON.stringify(Object.entries(environment).map(([name, value]) => ({ name, value })));
  const [size, most, unit] =
    of === "flows"
      ? [text.length, MOST_OVERRIDE_CHARACTERS, "characters in the overrides of a task"]
      : [Buffer.byteLength(text), MOST_DEFINITION_BYTES, "bytes in a task definition"];
  if (size <= most) return undefined;
  return { verdict: "is too large", works: `AWS allows ${most} ${unit}; this environment takes ${size}.` };
}
