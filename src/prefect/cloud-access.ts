import { PrefectFargateError } from "#errors";
import type { ApiAddress } from "./api-address.ts";

/** As `/me/workspaces` lists it: every workspace the key reaches. */
export interface ReachableWorkspace {
  readonly account_id: string;
  readonly account_handle?: string;
  readonly workspace_id: string;
  readonly workspace_handle?: string;
}

/** What the client identifies itself with; a self-hosted server may ask for a user name and password. */
type Credentials = "key" | "auth string" | "none";

export interface AccessProblem {
  readonly address: ApiAddress;
  /** What the workspace's own API answered: 401, 403 or 404. */
  readonly status: number;
  readonly doing: string;
  /** What the key reaches; undefined when that cannot be asked. */
  readonly reachable: readonly ReachableWorkspace[] | undefined;
  readonly credentials: Credentials;
  readonly said?: string | undefined;
}

/**
 * Which of key, account and workspace is wrong. Prefect Cloud answers 403 or 404 where either id is wrong, and
 * does not say which one it is; the list of workspaces that the key reaches does.
 */
export function explainAccess(problem: AccessProblem): PrefectFargateError {
  const { address, status, reachable, said } = problem;
  if (status === 401) return keyRefused(problem);
  const options = said === undefined ? {} : { details: [`Prefect said: ${said}`] };
  const { workspace } = address;
  if (workspace === undefined)
    return new PrefectFargateError(
      "PREFECT_FORBIDDEN",
      `Prefect at ${address.url} answered ${status} when ${problem.doing}.`,
      { ...options, hint: "Check what this key may do." },
    );
  const { accountId, workspaceId } = workspace;
  if (reachable === undefined) {
    const code = status === 403 ? "PREFECT_FORBIDDEN" : "PREFECT_WORKSPACE_UNKNOWN";
    return new PrefectFargateError(
      code,
      `Prefect answered ${status} for workspace ${workspaceId} of account ${accountId}.`,
      {
        ...options,
        hint: "Compare accountId and workspaceId with the workspace's address in the browser: /account/ACCOUNT/workspace/WORKSPACE.",
      },
    );
  }
  const inAccount = reachable.filter((item) => same(item.account_id, accountId));
  const elsewhere = reachable.some((item) => same(item.workspace_id, workspaceId));
  if (inAccount.some((item) => same(item.workspace_id, workspaceId)))
    return new PrefectFargateError(
      "PREFECT_FORBIDDEN",
      `The API key reaches workspace ${workspaceId}, but its role does not allow ${problem.doing}.`,
      { ...options, hint: "Give the key's service account or user the Worker or Developer role there." },
    );
  if (inAccount.length > 0)
    return new PrefectFargateError(
      "PREFECT_WORKSPACE_UNKNOWN",
      `The API key reaches no workspace ${workspaceId} in account ${accountId}.`,
      {
        details: listed(inAccount),
        hint: "Set workspaceId to one of these, or use a key of that workspace.",
      },
    );
  return new PrefectFargateError(
    "PREFECT_ACCOUNT_UNKNOWN",
    elsewhere
      ? `Workspace ${workspaceId} does not belong to account ${accountId}.`
      : `The API key reaches nothing in account ${accountId}.`,
    {
      details: listed(reachable),
      hint: "Set accountId and workspaceId to one of these, or use a key of that account.",
    },
  );
}

const NEW_KEY_HINT = "Make one at https://app.prefect.cloud/my/api-keys, then: export PREFECT_API_KEY=…";

function keyRefused({ address, credentials, doing }: AccessProblem): PrefectFargateError {
  if (credentials === "key")
    return new PrefectFargateError(
      "PREFECT_KEY_REFUSED",
      `Prefect at ${address.url} refuses the API key (401): it is mistyped, expired or deleted.`,
      { hint: NEW_KEY_HINT },
    );
  if (credentials === "auth string")
    return new PrefectFargateError(
      "PREFECT_KEY_REFUSED",
      `Prefect at ${address.url} refuses the user name and password (401).`,
      { hint: "Compare PREFECT_API_AUTH_STRING with the server's PREFECT_SERVER_API_AUTH_STRING." },
    );
  if (address.workspace === undefined)
    return new PrefectFargateError(
      "PREFECT_KEY_REFUSED",
      `Prefect at ${address.url} asks who is there (401) when ${doing}, and nobody said.`,
      {
        hint: 'Where the server has a PREFECT_SERVER_API_AUTH_STRING: set prefect: { auth: "basic" }, and export PREFECT_API_AUTH_STRING=user:password. Where a proxy asks for a key: auth: "key".',
      },
    );
  return new PrefectFargateError(
    "PREFECT_KEY_REFUSED",
    `Prefect at ${address.url} asks for an API key when ${doing}, and none was given.`,
    { hint: NEW_KEY_HINT },
  );
}

function listed(workspaces: readonly ReachableWorkspace[]): string[] {
  if (workspaces.length === 0) return ["The API key reaches no workspace at all."];
  return workspaces.map(
    (item) =>
      `${item.account_handle ?? "?"}/${item.workspace_handle ?? "?"}: ` +
      `accountId ${item.account_id}, workspaceId ${item.workspace_id}`,
  );
}

/** UUIDs are equal however they are written. */
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
