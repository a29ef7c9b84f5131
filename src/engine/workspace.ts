import { statSync } from "node:fs";
import { resolve } from "node:path";
import { PrefectFargateError } from "#errors";
import { surviveFileSizeLimit } from "./file-problem.ts";
import { settleEarlierRuns } from "./run-folder.ts";
import { ignoredSettings } from "./terraform-environment.ts";
import { TerraformWorkspace } from "./terraform-workspace.ts";
import type { Workspace, WorkspaceOptions } from "./workspace-contract.ts";

export type { Plan } from "./plan.ts";
export type { ApplySummary, PlanOptions, Workspace, WorkspaceOptions } from "./workspace-contract.ts";

/**
 * Opens a folder of Terraform files for work. Waits for a Terraform whose tool was killed, and removes what it left.
 *
 * Every method throws `Cancelled` when `signal` stopped it, and otherwise a PrefectFargateError: TERRAFORM_FAILED,
 * STATE_LOCKED, PLAN_STALE, LOCK_FILE_MISMATCH, PROVIDER_UNAVAILABLE, NO_SPACE, FOLDER_NOT_WRITABLE,
 * STATE_NOT_RECOVERED, STATE_DAMAGED, AWS_CREDENTIALS_MISSING, AWS_CREDENTIALS_EXPIRED.
 */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  surviveFileSizeLimit();
  const dir = resolve(options.dir);
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new PrefectFargateError("FOLDER_MISSING", `${dir} is not a folder.`, {
      hint: "Name the folder that holds the Terraform files.",
    });
  }
  const ignored = ignoredSettings();
  if (ignored.length > 0) {
    options.reporter.warn(`Not passed on to Terraform: ${ignored.join(", ")}.`);
  }
  await settleEarlierRuns(dir, options.reporter, options.signal);
  return new TerraformWorkspace({ ...options, dir });
}
