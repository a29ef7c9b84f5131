import { poolSettings } from "#config/pool-settings.ts";
import type { Plan } from "#engine/workspace.ts";
import type { BaseJobTemplate } from "#prefect/job-template.ts";
import type { Existing } from "../converge/judge.ts";
import { type MonthlyCost, monthlyCost } from "../cost/monthly-cost.ts";
import type { Workplace } from "../workplace.ts";
import { type DescribedChange, describeChanges } from "./describe-changes.ts";
import { type PoolProposal, proposePools } from "./pool-proposal.ts";

/** What a deploy would do, before it does anything. */
export interface Proposal {
  /** Terraform's own plan, ready to be applied. */
  readonly plan: Plan;
  /** Its changes in people's terms. */
  readonly changes: readonly DescribedChange[];
  /** What would change in each work pool. */
  readonly pools: readonly PoolProposal[];
  /** What exists and is taken over instead of being made. */
  readonly adopted: readonly Existing[];
  /** The root's outputs as the state has them now. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What all of it costs a month; undefined where the plan was made without details. */
  readonly cost: MonthlyCost | undefined;
  /** Files of the user's own that change modules, by the module's name. */
  readonly overrides: Readonly<Record<string, readonly string[]>>;
  /** Nothing would be done, neither on AWS nor in Prefect. */
  readonly empty: boolean;
}

/**
 * Compares the config with what exists, on AWS and in Prefect. Changes nothing.
 *
 * @throws what planning throws; POOL_TYPE_DIFFERS, PREFECT_UNREACHABLE, PREFECT_KEY_REFUSED …
 */
export async function propose(
  { config, prefect }: Pick<Workplace, "config" | "prefect">,
  { plan: planned, adopted }: Pick<Proposal, "plan" | "adopted">,
  outputs: Readonly<Record<string, unknown>>,
): Promise<Proposal> {
  // Of a plan that changes something, the state's outputs are those of another time.
  const pools = await proposePools(
    config.workers,
    templatesIn(planned.empty ? outputs : planned.outputs),
    prefect,
    poolSettings(config),
  );
  return {
    plan: planned,
    changes: describeChanges(planned).map((change) =>
      // Even what can be imported only after it has been mended.
      adopted.some(({ address }) => address === change.address) ? { ...change, kind: "adopt" } : change,
    ),
    pools,
    adopted,
    outputs,
    cost: planned.resources.length > 0 ? monthlyCost(planned.resources, config) : undefined,
    overrides: config.overrides,
    empty: planned.empty && pools.every(({ action }) => action === "keep"),
  };
}

/** Each worker's job template, unless it depends on something that is still to be made. */
export function templatesIn({ workers }: Readonly<Record<string, unknown>>): Record<string, BaseJobTemplate> {
  const templates = Object.entries(workers ?? {}).flatMap(([name, worker]) => {
    const text = (worker as { base_job_template?: unknown } | undefined)?.base_job_template;
    return typeof text === "string" ? [[name, JSON.parse(text) as BaseJobTemplate] as const] : [];
  });
  return Object.fromEntries(templates);
}
