import { proposeDeploy } from "#actions/deploy.ts";
import { atWorkplace } from "../at-workplace.ts";
import type { Handler } from "../command-spec.ts";
import type { PlanCommandOptions } from "../commands/plan.ts";
import { showProposal } from "../show-proposal.ts";

/** As `terraform plan -detailed-exitcode` has it. */
const NOTHING_WOULD_CHANGE = 0;
const SOMETHING_WOULD_CHANGE = 2;

export const runPlan: Handler<PlanCommandOptions> = async (options, context) =>
  atWorkplace(options, context, async (workplace) => {
    const proposal = await proposeDeploy(workplace, context.reporter);
    if (options.json) {
      const { empty, changes, pools } = proposal;
      context.printJson({ empty, changes, pools });
    } else {
      for (const line of showProposal(proposal)) context.print(line);
      context.print(proposal.empty ? "" : "Next: prefect-fargate deploy");
    }
    return proposal.empty ? NOTHING_WOULD_CHANGE : SOMETHING_WOULD_CHANGE;
  });
