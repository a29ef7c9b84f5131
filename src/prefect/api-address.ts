import { PrefectFargateError } from "#errors";

/** https://docs.prefect.io/v3/how-to-guides/cloud/connect-to-cloud: a workspace's API lies under its account. */
const WORKSPACE = /^(.*)\/accounts\/([^/]+)\/workspaces\/([^/]+)$/;

/** Where a Prefect API is, taken apart. */
export interface ApiAddress {
  /** What calls are appended to, without a slash at its end. */
  readonly url: string;
  /** The API above accounts and workspaces: on Prefect Cloud it answers `/me/workspaces`; else the same as `url`. */
  readonly root: string;
  /** Only behind Prefect Cloud's front door. */
  readonly workspace: { readonly accountId: string; readonly workspaceId: string } | undefined;
}

/** @throws PREFECT_API_URL_INVALID when it is no http or https URL, or carries a user name and password. */
export function parseApiAddress(apiUrl: string): ApiAddress {
  const parsed = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new PrefectFargateError(
      "PREFECT_API_URL_INVALID",
      `The Prefect API URL "${apiUrl}" is not an http or https URL.`,
      { hint: 'Set apiUrl, for example to "https://api.prefect.cloud/api".' },
    );
  if (parsed.username || parsed.password)
    throw new PrefectFargateError(
      "PREFECT_API_URL_INVALID",
      `The Prefect API URL at ${parsed.host} has a user name or password in it.`,
      { hint: "Take it out of the URL: it would be shown wherever the URL is." },
    );
  const url = apiUrl.trim().replace(/\/+$/, "");
  const match = WORKSPACE.exec(url);
  if (!match) return { url, root: url, workspace: undefined };
  const [, root = url, accountId = "", workspaceId = ""] = match;
  return { url, root, workspace: { accountId, workspaceId } };
}
