import { cloudCalls } from "./cloud-account.ts";
import { type Connection, type ConnectionOptions, openConnection } from "./connection.ts";
import { deploymentCalls } from "./deployments.ts";
import { flowRunCalls } from "./flow-runs.ts";
import { workPoolCalls } from "./work-pools.ts";

export type { ReachableWorkspace } from "./cloud-access.ts";
export type { Deployment } from "./deployments.ts";
export type { FlowRun } from "./flow-runs.ts";
export type { PrefectWorker } from "./work-pools.ts";

/** The Prefect API in our words, the same for Prefect 2 and 3, self-hosted and Cloud. */
export interface PrefectClient
  extends ReturnType<typeof serverCalls>,
    ReturnType<typeof cloudCalls>,
    ReturnType<typeof workPoolCalls>,
    ReturnType<typeof deploymentCalls>,
    ReturnType<typeof flowRunCalls> {
  readonly apiUrl: string;
  readonly version: 2 | 3;
}

/**
 * Opens no connection: calls do. They try again where that helps, and throw
 * PREFECT_UNREACHABLE, PREFECT_NOT_AN_API, PREFECT_KEY_REFUSED, PREFECT_FORBIDDEN, PREFECT_ACCOUNT_UNKNOWN,
 * PREFECT_WORKSPACE_UNKNOWN, PREFECT_NOT_FOUND, PREFECT_CONFLICT, PREFECT_REJECTED, PREFECT_RATE_LIMITED,
 * PREFECT_PLAN_LIMIT or PREFECT_FAILED.
 *
 * @throws PREFECT_API_URL_INVALID, PREFECT_KEY_MALFORMED
 */
export function createPrefectClient(options: ConnectionOptions): PrefectClient {
  const connection = openConnection(options);
  return {
    apiUrl: connection.address.url,
    version: connection.version,
    ...serverCalls(connection),
    ...cloudCalls(connection),
    ...workPoolCalls(connection),
    ...deploymentCalls(connection),
    ...flowRunCalls(connection),
  };
}

function serverCalls({ api, answer, answerIfThere }: Connection) {
  /** Whether the API is up. A self-hosted server answers without credentials, Prefect Cloud does not. */
  async function health(): Promise<void> {
    await answer(api.GET("/health"), "asking for its health");
  }

  /** Whether the key may read this workspace: the first thing to ask, as it tells key, account and workspace apart. */
  async function verifyAccess(): Promise<void> {
    const body = { limit: 1, offset: 0 };
    await answer(api.POST("/work_pools/filter", { body }), "reading the work pools");
  }

  /** Such as "3.8.8"; undefined on Prefect Cloud. */
  async function serverVersion(): Promise<string | undefined> {
    return answerIfThere(api.GET("/admin/version"), "asking for its version");
  }

  return { health, verifyAccess, serverVersion };
}
