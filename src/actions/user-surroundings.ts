import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PREFECT_CLOUD_API_URL } from "#config/prefect-address.ts";
import type { Config } from "#config/schema.ts";
import { ensureTerraform } from "#engine/ensure-terraform.ts";
import { PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import { type PrefectProfile, readPrefectProfile } from "./prefect-profile.ts";
import type { Surroundings } from "./surroundings.ts";

/** Beside the config: Terraform files, local state, lock file, provider. */
const SYSTEM_FOLDER = ".prefect-fargate";
/** A config that is found without being named. */
const USUAL_NAME = "prefect-fargate.config";
/** Where Prefect's own clients look for it, and so do we. */
export const CREDENTIALS_VARIABLE = { key: "PREFECT_API_KEY", basic: "PREFECT_API_AUTH_STRING" } as const;
/** What an AWS client or Terraform takes from a shell. */
const AWS_SETTINGS = /^(AWS_.+|(HTTPS?|NO|ALL)_PROXY)$/i;

/** What the surroundings of a person at a shell follow from. */
export interface UserSurroundingsOptions {
  /** The project's folder. */
  readonly cwd: string;
  /** The config, with its defaults. */
  readonly config: Config;
  /** The config's own path, when there is a file; its folder is then the project's. @default - `cwd` is */
  readonly configFile?: string | undefined;
  /** The shell's variables: settings of AWS, Terraform and Prefect. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Told when Terraform has to be fetched. */
  readonly reporter: Reporter;
  /** Interrupts whatever is done in these surroundings. @default - nothing does */
  readonly signal?: AbortSignal;
}

/**
 * The surroundings of a person at a shell: a folder beside the config, the installed Terraform, the AWS account that
 * the shell's settings lead to, and the Prefect API key from `PREFECT_API_KEY` (user name and password from
 * `PREFECT_API_AUTH_STRING`) or the active Prefect profile.
 *
 * @throws WORKSPACE_MISSING, API_KEY_MISSING, AUTH_STRING_MISSING, PREFECT_PROFILE_UNREADABLE, and what finding Terraform throws
 */
export async function userSurroundings(options: UserSurroundingsOptions): Promise<Surroundings> {
  const { config, env, reporter, signal } = options;
  const apiKey = await prefectApiKey(config, env);
  const dir = systemFolder(options);
  const [terraform] = await Promise.all([
    ensureTerraform({ env, reporter, ...(signal ? { signal } : {}) }),
    makeFolder(dir),
  ]);
  return {
    dir,
    projectDir: dirname(dir),
    terraform,
    env: awsSettings(env),
    apiKey,
    ...(signal ? { signal } : {}),
  };
}

/**
 * The Prefect API key of this shell, or with `auth: "basic"` its user name and password; undefined for a server that
 * needs none.
 *
 * @throws WORKSPACE_MISSING, API_KEY_MISSING, AUTH_STRING_MISSING, PREFECT_PROFILE_UNREADABLE
 */
export async function prefectApiKey(
  config: Config,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<string | undefined> {
  const profile = await readPrefectProfile(env);
  refuseCloudWithoutWorkspace(config, profile, env);
  return findCredentials(config, profile, env);
}

/**
 * Where a config's system is kept. A config with a name of its own (`--config staging.config.ts`) and each environment
 * (`--env prod`) get a folder of their own (`.prefect-fargate.staging`): two systems in one state would replace each other.
 */
export function systemFolder({
  cwd,
  configFile,
  config,
}: Pick<UserSurroundingsOptions, "cwd" | "configFile"> & {
  readonly config?: Pick<Config, "environment">;
}): string {
  const environment = config?.environment ? `.${config.environment}` : "";
  if (configFile === undefined) return join(cwd, SYSTEM_FOLDER + environment);
  const name = basename(configFile).replace(/\.\w+$/, "");
  const suffix = name === USUAL_NAME ? "" : `.${name.replace(/\.config$/, "")}`;
  return join(dirname(configFile), SYSTEM_FOLDER + suffix + environment);
}

/** State and provider belong to this machine; what a project shares is its config and its lock file. */
async function makeFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, ".gitignore"), "*\n");
}

/** What of a shell decides which AWS account is meant, and how it is reached. */
export function awsSettings(env: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const settings = Object.entries(env).filter(
    (setting): setting is [string, string] => AWS_SETTINGS.test(setting[0]) && setting[1] !== undefined,
  );
  return Object.fromEntries(settings);
}

/** A worker would be refused by Prefect Cloud after everything has been created. */
function refuseCloudWithoutWorkspace(
  { prefect }: Config,
  profile: PrefectProfile | undefined,
  env: Readonly<NodeJS.ProcessEnv>,
): void {
  if (prefect.apiUrl !== PREFECT_CLOUD_API_URL || prefect.accountId !== undefined) return;
  const known = env.PREFECT_API_URL ?? profile?.apiUrl ?? "";
  const [, account, workspace] =
    /\/accounts\/([0-9a-f-]{36})\/workspaces\/([0-9a-f-]{36})/i.exec(known) ?? [];
  const example =
    account === undefined
      ? 'prefect: { accountId: "…", workspaceId: "…" }, the two UUIDs in the address of your workspace'
      : `prefect: { accountId: "${account}", workspaceId: "${workspace}" }, the workspace you are logged in to`;
  throw new PrefectFargateError(
    "WORKSPACE_MISSING",
    "The config names no Prefect Cloud workspace, and no server you host.",
    { hint: `Add to prefect-fargate.config.ts: ${example}` },
  );
}

/** Never from the command line, which everybody on the machine can read. */
function findCredentials(
  { prefect }: Config,
  profile: PrefectProfile | undefined,
  env: Readonly<NodeJS.ProcessEnv>,
): string | undefined {
  if (prefect.auth === "none") return undefined;
  const basic = prefect.auth === "basic";
  const variable = CREDENTIALS_VARIABLE[prefect.auth];
  const found = env[variable] || (basic ? profile?.authString : profile?.apiKey);
  if (found) return found;
  const where = profile
    ? `neither in ${variable} nor in the profile ${profile.name} of ${profile.file}`
    : `${variable} is not set, and there is no Prefect profile`;
  if (basic)
    throw new PrefectFargateError(
      "AUTH_STRING_MISSING",
      `There is no user name and password for ${prefect.apiUrl}: ${where}.`,
      {
        hint: `Put into the environment what the server has as PREFECT_SERVER_API_AUTH_STRING: export ${variable}=user:password`,
      },
    );
  throw new PrefectFargateError("API_KEY_MISSING", `There is no Prefect API key: ${where}.`, {
    hint: "Log in with `prefect cloud login`, or set PREFECT_API_KEY in the environment.",
  });
}
