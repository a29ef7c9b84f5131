import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Plan, PlanOptions } from "#engine/workspace.ts";
import type { Reporter, Stage } from "#reporter";
import { hasBegun } from "../converge/begun.ts";
import { IMPORTS_FILE } from "../converge/import-blocks.ts";
import type { Existing } from "../converge/judge.ts";
import type { Workplace } from "../workplace.ts";
import { prepare, summarize } from "./make-plan.ts";
import { type Proposal, propose } from "./propose.ts";

export interface ProposeOptions {
  /** Takes over what exists of the system although there is no state of it here. @default false */
  readonly adopt?: boolean;
  /** @default "when-something-changes" */
  readonly details?: PlanOptions["details"];
}

/**
 * Works out what a deploy would do, and does nothing.
 *
 * @throws PREFECT_KEY_REFUSED and what else Prefect's API throws, TERRAFORM_FAILED and what else the engine throws, NAME_TAKEN where
 * something of that name is there and not ours
 */
export async function proposeDeploy(
  workplace: Workplace,
  reporter: Reporter,
  { adopt = false, details = "when-something-changes" }: ProposeOptions = {},
): Promise<Proposal> {
  const { workspace, prefect, dir } = workplace;
  // A run that was killed while it planned may have left it.
  await rm(join(dir, IMPORTS_FILE), { force: true });
  // A refused key is known in a moment; with it there would be no point in a plan.
  await reporter.stage("Prefect's API", () => prefect.verifyAccess());
  return reporter.stage("Plan", async (stage) => {
    await prepare(workplace, stage, reporter);
    const [planned, outputs] = await Promise.all([workspace.plan({ details }), workspace.outputs()]);
    const { plan, adopted } = await takeOver(planned, stage);
    stage.update(summarize(plan));
    return propose(workplace, { plan, adopted }, outputs);
  });

  async function takeOver(
    planned: Plan,
    stage: Stage,
  ): Promise<{ plan: Plan; adopted: readonly Existing[] }> {
    if (planned.add === 0) return { plan: planned, adopted: [] };
    const mayAdopt = async () => adopt || hasBegun(dir) || (await workspace.stateResources()).length > 0;
    // Loaded only for what it is needed for: half a dozen more AWS clients.
    const { converge } = await import("../converge/converge.ts");
    return converge(workplace, planned, { mayAdopt, details }, stage);
  }
}
