import * as z from "zod";
import type { ReachableWorkspace } from "./cloud-access.ts";
import type { Connection } from "./connection.ts";

const workspacesSchema = z.array(
  z.object({
    account_id: z.string(),
    account_handle: z.string().optional(),
    workspace_id: z.string(),
    workspace_handle: z.string().optional(),
  }),
);

/** Of all that Prefect Cloud tells about an account. */
const accountSchema = z.object({ plan_type: z.string().nullish() });

/** What only Prefect Cloud can be asked. */
export function cloudCalls({ address, askCloud }: Connection) {
  /**
   * Every workspace the key reaches; undefined on a server of one's own.
   * @throws PREFECT_KEY_REFUSED, PREFECT_UNREACHABLE
   */
  async function listWorkspaces(): Promise<ReachableWorkspace[] | undefined> {
    const listed = workspacesSchema.safeParse(await askCloud("/me/workspaces", "listing workspaces"));
    return listed.success ? listed.data : undefined;
  }

  /** Prefect's name for what the account pays for; undefined where Prefect does not tell it to this key. */
  async function planType(): Promise<string | undefined> {
    const account = address.workspace?.accountId;
    if (account === undefined) return undefined;
    const told = accountSchema.safeParse(await askCloud(`/accounts/${account}`, "reading the account"));
    return told.success ? (told.data.plan_type ?? undefined) : undefined;
  }

  return { listWorkspaces, planType };
}
