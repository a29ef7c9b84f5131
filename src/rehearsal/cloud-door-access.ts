import { timingSafeEqual } from "node:crypto";

/** What the door leads to. */
export interface DoorTenant {
  readonly accountId: string;
  readonly workspaceId: string;
}

export type DoorDecision =
  /** Goes on to the server's `/api` with this path and query. */
  | { readonly kind: "pass"; readonly path: string }
  | { readonly kind: "answer"; readonly status: number; readonly body: unknown };

/** `/api/accounts/A/workspaces/W/work_pools/filter?x` */
const WORKSPACE_PATH = /^\/api\/accounts\/([^/?]+)\/workspaces\/([^/?]+)(\/[^?]*)?(\?.*)?$/;

/** Prefect Cloud's answer to a key that is missing, wrong or expired: https://discourse.prefect.io/t/2185 shows its status and length. */
const KEY_REFUSED = { detail: "Invalid authentication credentials" };

/**
 * Decides as Prefect Cloud does. The key comes first: 401 whatever the path. Prefect documents no status for an account
 * or workspace that the key does not reach, and its clients treat 403 and 404 alike; the door says 403 for the account
 * and 404 for the workspace, so that whoever talks to it meets both.
 */
export function decide(url: string, authorized: boolean, tenant: DoorTenant): DoorDecision {
  if (!authorized) return { kind: "answer", status: 401, body: KEY_REFUSED };
  if (/^\/api\/me\/workspaces\/?(\?.*)?$/.test(url))
    return { kind: "answer", status: 200, body: [listed(tenant)] };
  const [, account, workspace, path = "/", query = ""] = WORKSPACE_PATH.exec(url) ?? [];
  if (account === undefined || workspace === undefined)
    return { kind: "answer", status: 404, body: { detail: "Not Found" } };
  if (!same(account, tenant.accountId)) return { kind: "answer", status: 403, body: { detail: "Forbidden" } };
  if (!same(workspace, tenant.workspaceId))
    return { kind: "answer", status: 404, body: { detail: "Not Found" } };
  return { kind: "pass", path: `/api${path}${query}` };
}

/** The scheme is written either way: Prefect's websockets say `bearer`. */
export function bearsKey(authorization: string | undefined, keys: Iterable<string>): boolean {
  const [, token] = /^bearer\s+(.+)$/i.exec(authorization ?? "") ?? [];
  return token !== undefined && isKey(token, keys);
}

/** Takes as long whatever is wrong with it. */
export const isKey = (candidate: string, keys: Iterable<string>): boolean =>
  [...keys].filter((key) => equal(candidate, key)).length > 0;

function equal(candidate: string, key: string): boolean {
  const [a, b] = [Buffer.from(candidate), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** As the clients' `Workspace` model wants it (prefect/client/schemas/objects.py). */
function listed({ accountId, workspaceId }: DoorTenant) {
  return {
    account_id: accountId,
    account_name: "Rehearsal",
    account_handle: "rehearsal",
    workspace_id: workspaceId,
    workspace_name: "Local",
    workspace_description: "A workspace on this machine.",
    workspace_handle: "local",
  };
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
