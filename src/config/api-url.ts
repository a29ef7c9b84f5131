import type { PrefectConfig } from "./schema.ts";

/** The API that worker, flow runs and this tool talk to: Prefect Cloud's workspace, or the server you host. */
export function prefectApiUrl(prefect: Pick<PrefectConfig, "apiUrl" | "accountId" | "workspaceId">): string {
  const { apiUrl, accountId, workspaceId } = prefect;
  return accountId && workspaceId ? `${apiUrl}/accounts/${accountId}/workspaces/${workspaceId}` : apiUrl;
}
