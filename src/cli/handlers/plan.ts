import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { proposeDeploy } from "#actions/plan/propose-deploy.ts";
import { planDigest } from "#actions/plan-digest.ts";
import { atWorkplace } from "../at-workplace.ts";
import type { Handler } from "../command-spec.ts";
import type { PlanCommandOptions } from "../commands/plan.ts";
import { planComment } from "../plan-comment.ts";
import { showCost } from "../show-cost.ts";
import { showProposal } from "../show-proposal.ts";

/** As `terraform plan -detailed-exitcode` has it. */
const NOTHING_WOULD_CHANGE = 0;
const SOMETHING_WOULD_CHANGE = 2;

export const runPlan: Handler<PlanCommandOptions> = async (options, context) =>
  atWorkplace(options, context, async (workplace) => {
    const proposal = await proposeDeploy(workplace, context.reporter, { details: "always" });
    const digest = planDigest(proposal);
    if (options.markdown) {
      const { environment } = workplace.config;
      await writeFile(resolve(context.cwd, options.markdown), planComment({ proposal, environment, digest }));
    }
    if (options.json) {
      const { empty, changes, pools, overrides, cost } = proposal;
      context.printJson({ digest, empty, changes, pools, overrides, cost });
    } else {
      const cost = proposal.cost ? showCost(proposal.cost) : [];
      const next = proposal.empty ? "status, which shows how it is" : "deploy";
      for (const line of [...showProposal(proposal), ...cost]) context.print(line);
      context.print(`Next: prefect-fargate ${next}`);
    }
    return proposal.empty ? NOTHING_WOULD_CHANGE : SOMETHING_WOULD_CHANGE;
  });
