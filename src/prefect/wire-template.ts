import type { BaseJobTemplate, PoolType } from "./job-template.ts";
import { templateDiff } from "./template-diff.ts";
import { type Wired, wire } from "./wiring.ts";

/**
 * Fits a work pool's template to the infrastructure. That of a process pool places nothing, as its runs are where their worker
 * is: only one that is empty is filled.
 */
export function wireTemplate(type: PoolType, current: BaseJobTemplate, desired: BaseJobTemplate): Wired {
  if (type === "ecs") return wire(current, desired);
  const isEmpty = Object.keys(current.job_configuration ?? {}).length === 0;
  const template = isEmpty ? desired : current;
  return { template, diff: templateDiff({ ...current }, { ...template }), kept: [], warnings: [] };
}
