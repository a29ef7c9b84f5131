import { isLoopback } from "#config/prefect-address.ts";
import type { PrefectVersion } from "#config/prefect-defaults.ts";
import { PrefectFargateError } from "#errors";
import { type ApiAddress, parseApiAddress } from "#prefect/api-address.ts";
import { createPrefectClient, type ReachableWorkspace } from "#prefect/client.ts";
import type { Reporter } from "#reporter";
import { readPrefectProfile } from "../prefect-profile.ts";

/** Somebody waits for the first question meanwhile. */
const PATIENCE = { attempts: 2, timeoutMs: 5_000 } as const;

/** What this shell already knows of Prefect. */
export interface KnownPrefect {
  /** Where the shell's Prefect commands go; undefined where they go to Prefect Cloud, or nowhere yet. */
  readonly apiUrl?: string;
  /** The workspace the shell is logged in to. */
  readonly current?: { readonly accountId: string; readonly workspaceId: string };
  /** What the key reaches; none where there is no key. */
  readonly workspaces: readonly ReachableWorkspace[];
  /** Of a server of one's own. */
  readonly serverVersion?: PrefectVersion;
  readonly hasKey: boolean;
}

/**
 * Reads `PREFECT_API_URL` and `PREFECT_API_KEY`, or the active Prefect profile, and asks there which workspaces the key reaches.
 * Whatever goes wrong is a warning: the questions can be answered without.
 */
export async function lookUpPrefect(
  env: Readonly<NodeJS.ProcessEnv>,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<KnownPrefect> {
  const warn = (error: unknown): undefined => {
    if (!(error instanceof PrefectFargateError)) throw error;
    reporter.warn([error.message, error.hint].filter(Boolean).join(" "));
  };
  const profile = await readPrefectProfile(env).catch(warn);
  const apiKey = env.PREFECT_API_KEY || profile?.apiKey;
  const address = addressOf(env.PREFECT_API_URL || profile?.apiUrl, warn);
  const hasKey = Boolean(apiKey);
  if (!hasKey && address === undefined) return { workspaces: [], hasKey };
  const options = { version: 3, patience: PATIENCE, ...(signal ? { signal } : {}) } as const;
  const ask = async <T>(question: Promise<T>) => question.catch(warn);

  if (address === undefined || address.workspace !== undefined) {
    const { root, workspace } = address ?? { root: CLOUD, workspace: undefined };
    const client = hasKey ? makeClient({ apiUrl: root, apiKey, ...options }, warn) : undefined;
    const workspaces = (client && (await ask(client.listWorkspaces()))) ?? [];
    return {
      ...(root === CLOUD ? {} : { apiUrl: root }),
      ...(workspace ? { current: workspace } : {}),
      workspaces,
      hasKey,
    };
  }
  if (isLoopback(address.url)) {
    reporter.warn(`Prefect at ${address.url} runs on this machine only: no worker on AWS could reach it.`);
    return { workspaces: [], hasKey };
  }
  const client = makeClient({ apiUrl: address.url, ...(apiKey ? { apiKey } : {}), ...options }, warn);
  const release = client && (await ask(client.serverVersion()));
  const major = release === undefined ? undefined : Number(release.split(".")[0]);
  return {
    apiUrl: address.url,
    workspaces: [],
    hasKey,
    ...(major === 2 || major === 3 ? { serverVersion: major } : {}),
  };
}

const CLOUD = parseApiAddress("https://api.prefect.cloud/api").url;

function addressOf(apiUrl: string | undefined, warn: (error: unknown) => undefined): ApiAddress | undefined {
  if (!apiUrl) return undefined;
  try {
    return parseApiAddress(apiUrl);
  } catch (error) {
    return warn(error);
  }
}

function makeClient(
  options: Parameters<typeof createPrefectClient>[0],
  warn: (error: unknown) => undefined,
): ReturnType<typeof createPrefectClient> | undefined {
  try {
    return createPrefectClient(options);
  } catch (error) {
    return warn(error);
  }
}
