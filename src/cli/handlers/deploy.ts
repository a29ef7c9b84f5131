import { assertReviewed } from "#actions/assert-reviewed.ts";
import { type DeployResult, deploy } from "#actions/deploy.ts";
import type { Proposal } from "#actions/plan/propose.ts";
import { atWorkplace } from "../at-workplace.ts";
import type { CommandContext, Handler } from "../command-spec.ts";
import type { DeployCommandOptions } from "../commands/deploy.ts";
import { nobodyToAsk } from "../nobody-to-ask.ts";
import { showSum } from "../show-cost.ts";
import { showProposal } from "../show-proposal.ts";

export const runDeploy: Handler<DeployCommandOptions> = async (options, context) => {
  const { reporter, signal, print, printJson } = context;
  await atWorkplace(options, context, async (workplace) => {
    const approve = (proposal: Proposal) => approval(proposal, options, context);
    const result = await deploy(workplace, { approve, adopt: options.adopt ?? false, signal }, reporter);
    if (options.json) return printJson(asJson(result));
    for (const line of summarize(result)) print(line);
  });
};

async function approval(
  proposal: Proposal,
  { yes, reviewed, json }: DeployCommandOptions,
  { questions, print }: CommandContext,
): Promise<boolean> {
  if (!json) {
    for (const line of showProposal(proposal)) print(line);
    if (proposal.cost) print(`${showSum(proposal.cost)}; prefect-fargate plan shows it by line.`);
  }
  if (reviewed) assertReviewed(proposal, reviewed);
  if (yes || reviewed) return true;
  if (!questions) throw nobodyToAsk("deploy", "before it changes anything");
  return questions.confirm("Deploy this?");
}

function summarize({ changed, resources, pools, workers, services }: DeployResult): string[] {
  const online = workers
    .map(({ name, workPool, status }) => `${name} is ${status} in ${workPool}`)
    .join(", ");
  const asleep = workers.filter(({ status }) => status === "ASLEEP").map(({ name }) => name);
  const draining = workers.flatMap(({ draining: tasks }) => tasks.map((arn) => arn.split("/").at(-1)));
  const { added, changed: altered, destroyed, imported, seconds } = resources;
  const counts = [
    [added, "created"],
    [altered, "changed"],
    [destroyed, "destroyed"],
    [imported, "taken over"],
  ] as const;
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const wired = pools.filter(({ changes }) => changes.length > 0).map(({ name }) => name);
  return [
    changed ? `${online}.` : `Nothing to do: ${online}, as the config says.`,
    ...(changed ? [""] : []),
    ...(told.length > 0 ? [`  resources   ${told.join(", ")} in ${seconds.toFixed(1)} s`] : []),
    ...(wired.length > 0 ? [`  wired       ${wired.join(", ")}`] : []),
    ...services.map(({ name, url }) => `  service     ${name} runs${url ? `, at ${url}` : ""}`),
    ...(draining.length > 0
      ? [`  draining    ${draining.join(", ")}: protected until their work is done`]
      : []),
    ...(asleep.length > 0
      ? [
          `  asleep      ${asleep.join(", ")}: no task is wanted now, so nothing shows yet that a new one comes ONLINE`,
        ]
      : []),
    "",
    "Next: prefect-fargate run, which starts a flow run and follows it to its end.",
  ];
}

const asJson = ({ changed, system, resources, pools, workers, services }: DeployResult) => {
  const { outputs: _, ...counts } = resources;
  const { region, cluster_name: cluster } = system;
  return { changed, region, cluster, resources: counts, pools, workers, services };
};
