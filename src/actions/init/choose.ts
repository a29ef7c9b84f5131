import type { PrefectVersion } from "#config/prefect-defaults.ts";
import { PrefectFargateError } from "#errors";
import type { ReachableWorkspace } from "#prefect/client.ts";
import type { NetworkAnswer, PrefectAnswer } from "./answers.ts";
import type { KnownPrefect } from "./known-prefect.ts";
import type { KnownVersion } from "./project-version.ts";

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
/** The address of a workspace's page, or of its API. */
const WORKSPACE_ADDRESS = new RegExp(`/accounts?/(${UUID})/workspaces?/(${UUID})`, "i");

export interface Recommendation {
  readonly version: PrefectVersion;
  /** Why, as a sentence. */
  readonly reason: string;
}

/** Prefect 3 for whoever starts afresh; what is in use already for whoever does not. */
export function recommendVersion(
  required: KnownVersion | undefined,
  { serverVersion }: KnownPrefect,
): Recommendation {
  if (required)
    return { version: required.version, reason: `${required.file} asks for Prefect ${required.version}.` };
  if (serverVersion) return { version: serverVersion, reason: `Your server is Prefect ${serverVersion}.` };
  return {
    version: 3,
    reason:
      "It is the one that is developed, and it notices by ECS's own events when a flow run's task dies; " +
      "2 is for flows that are written for it.",
  };
}

type Place = Omit<PrefectAnswer, "version">;

/** The workspace the shell is logged in to, or the only one that the key reaches, or the server it uses. */
export function usualPlace({ apiUrl, current, workspaces }: KnownPrefect): Place | undefined {
  const api = apiUrl === undefined ? {} : { apiUrl };
  if (current) {
    const listed = workspaces.find((item) => same(item.workspace_id, current.workspaceId));
    return { ...api, ...current, ...(listed ? { workspaceName: nameOf(listed) } : {}) };
  }
  const [first, ...others] = workspaces;
  if (first && others.length === 0) return { ...api, ...placeOf(first) };
  return apiUrl === undefined ? undefined : api;
}

/**
 * A workspace as people write it: `acme/production`, `production`, its id, or its address.
 *
 * @throws WORKSPACE_UNKNOWN naming those that the key reaches
 */
export function findWorkspace(text: string, { apiUrl, workspaces }: KnownPrefect): Place {
  const api = apiUrl === undefined ? {} : { apiUrl };
  const [, accountId, workspaceId] = WORKSPACE_ADDRESS.exec(text) ?? [];
  const found = workspaces.filter(
    (item) =>
      same(item.workspace_id, workspaceId ?? text) || nameOf(item) === text || item.workspace_handle === text,
  );
  if (found.length === 1) return { ...api, ...placeOf(found[0]!) };
  if (accountId !== undefined && workspaceId !== undefined) return { ...api, accountId, workspaceId };
  throw new PrefectFargateError(
    "WORKSPACE_UNKNOWN",
    found.length > 1
      ? `${found.length} workspaces are called ${text}.`
      : workspaces.length === 0
        ? `Nothing is known of a workspace ${text}: there is no Prefect API key here to ask with.`
        : `The Prefect API key reaches no workspace ${text}.`,
    {
      details: workspaces.map((item) => `${nameOf(item)}: ${item.workspace_id}`),
      hint:
        workspaces.length === 0
          ? "Log in with `prefect cloud login`, or give the workspace's address: --workspace https://app.prefect.cloud/account/…/workspace/…"
          : "Choose one of these: --workspace account/name",
    },
  );
}

/** `new`, `default` or the id of a VPC; whether there is such a VPC `doctor` sees. */
export function readNetwork(text: string, zones: number | undefined): NetworkAnswer {
  if (text === "new") return newNetwork(zones);
  return text === "default" ? { kind: "default" } : { kind: "existing", vpcId: text };
}

/** A region with fewer zones than a new VPC takes by default gets what it has. */
export const newNetwork = (zones: number | undefined): NetworkAnswer =>
  zones === undefined || zones >= 3 ? { kind: "new" } : { kind: "new", zones };

export const nameOf = ({ account_handle, workspace_handle }: ReachableWorkspace): string =>
  `${account_handle ?? "?"}/${workspace_handle ?? "?"}`;

export const placeOf = (item: ReachableWorkspace): Place => ({
  accountId: item.account_id,
  workspaceId: item.workspace_id,
  workspaceName: nameOf(item),
});

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
