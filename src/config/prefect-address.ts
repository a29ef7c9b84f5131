import type { Complaint } from "./complaint.ts";

const UUID_TEXT = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const UUID = new RegExp(`^${UUID_TEXT}$`, "i");
/** The address of a workspace's API, and of its page: people paste either. */
const WORKSPACE_ADDRESS = new RegExp(
  `^(https?://[^/]+).*/accounts?/(${UUID_TEXT})/workspaces?/(${UUID_TEXT})`,
  "i",
);
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export const PREFECT_CLOUD_API_URL = "https://api.prefect.cloud/api";

export function uuidRule(text: string): Complaint | undefined {
  if (UUID.test(text)) return undefined;
  const inside = new RegExp(UUID_TEXT, "i").exec(text)?.[0];
  return {
    verdict: "is not a UUID",
    works:
      "Copy it from the address of your workspace: https://app.prefect.cloud/account/ACCOUNT/workspace/WORKSPACE.",
    suggestion: inside?.toLowerCase(),
  };
}

export function apiUrlRule(text: string): Complaint | undefined {
  const workspace = WORKSPACE_ADDRESS.exec(text);
  if (workspace)
    return {
      verdict: "is the address of a workspace, not of the API",
      remedy:
        `Set accountId: "${workspace[2]}" and workspaceId: "${workspace[3]}", and ` +
        (/^https?:\/\/(api|app)\.prefect\.cloud$/i.test(workspace[1]!)
          ? "leave apiUrl out"
          : `apiUrl: "${workspace[1]}/api"`),
    };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || text !== text.trim())
    return { verdict: "is not an http or https address", works: `It looks like ${PREFECT_CLOUD_API_URL}.` };
  if (url.username || url.password)
    return {
      verdict: "has a password in it, which everybody who may describe the task would read",
      remedy: "Remove it",
    };
  if (url.search || url.hash)
    return {
      verdict: "has more than a path after the host",
      suggestion: normaliseApiUrl(`${url.origin}${url.pathname}`),
    };
  if (url.hostname === "app.prefect.cloud")
    return { verdict: "is Prefect Cloud's page, not its API", suggestion: PREFECT_CLOUD_API_URL };
  if (!url.pathname.replace(/\/+$/, "").endsWith("/api"))
    return { verdict: "does not end with /api", suggestion: `${normaliseApiUrl(text)}/api` };
  return undefined;
}

/** Paths are appended to it, so it has no slash at its end. */
export const normaliseApiUrl = (text: string): string => text.replace(/\/+$/, "");

export const isPrefectCloud = (apiUrl: string): boolean =>
  URL.canParse(apiUrl) && /(^|\.)prefect\.cloud$/.test(new URL(apiUrl).hostname);

/** Whether an address leads to the machine it is used on, so that it means another server in every task. */
export const isLoopback = (apiUrl: string): boolean => LOOPBACK.test(new URL(apiUrl).hostname);

/** Whether the API key would cross a network in the clear. */
export function isUnencrypted(apiUrl: string): boolean {
  return new URL(apiUrl).protocol === "http:" && !isLoopback(apiUrl);
}

const PRIVATE_IPV4 = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;

/** Whether an API's host is most likely reached only from inside its network. */
export function looksPrivate(apiUrl: string): boolean {
  const { hostname } = new URL(apiUrl);
  if (/^[\d.]+$/.test(hostname)) return PRIVATE_IPV4.test(hostname);
  return !/[.:]/.test(hostname) || /\.(internal|local|lan|private)$/.test(hostname);
}
