import { type Destroyed, destroy, type Removal } from "#actions/destroy.ts";
import { atWorkplace } from "../at-workplace.ts";
import type { CommandContext, Handler } from "../command-spec.ts";
import type { DestroyCommandOptions } from "../commands/destroy.ts";
import { nobodyToAsk } from "../nobody-to-ask.ts";
import { listParts } from "../show-proposal.ts";

export const runDestroy: Handler<DestroyCommandOptions> = async (options, context) => {
  const { reporter, signal, print, printJson } = context;
  const { wait, stopRuns, deletePool = false, json } = options;
  await atWorkplace(options, context, async (workplace) => {
    const result = await destroy(
      workplace,
      {
        approve: (removal) => approval(removal, options, context),
        flowRuns: wait ? "wait" : stopRuns ? "stop" : "refuse",
        deletePools: deletePool,
        signal,
      },
      reporter,
    );
    if (json) return printJson(asJson(result));
    for (const line of summarize(result)) print(line);
  });
};

async function approval(
  removal: Removal,
  { yes, json }: DestroyCommandOptions,
  { questions, print }: CommandContext,
): Promise<boolean> {
  if (!json) for (const line of describe(removal)) print(line);
  if (yes) return true;
  if (!questions) throw nobodyToAsk("destroy", "for the system's name before it removes anything");
  const { system } = removal;
  const typed = await questions.text(`Type ${system} to remove it:`, {
    validate: (answer) =>
      answer === system ? undefined : `That is not ${system}. Ctrl-C leaves it as it is.`,
  });
  return typed === system;
}

const describe = ({ system, region, parts, pools, keepsSecret }: Removal): string[] => [
  `${system} in ${region} would be removed, with its logs:`,
  ...listParts(parts, "-").map((line) => `  ${line}`),
  ...pools.map(({ name, action }) =>
    action === "delete" ? `  - work pool ${name}` : `  The work pool ${name} stays, paused.`,
  ),
  ...(keepsSecret
    ? ["  AWS keeps the secret for 7 days; a deploy within that time takes it into use again."]
    : []),
  "",
];

function summarize({ removal: { system, region, pools }, resources }: Destroyed): string[] {
  const kept = pools.filter(({ action }) => action === "pause").map(({ name }) => name);
  return [
    `${system} is removed from ${region}: ${resources.destroyed} resources in ${resources.seconds.toFixed(1)} s.`,
    ...(kept.length > 0 ? [`The work pool ${kept.join(", ")} is paused and keeps its deployments.`] : []),
    "",
    "Next: prefect-fargate deploy, which makes it again under the same names.",
  ];
}

const asJson = ({ removal: { system, region, pools }, resources }: Destroyed) => {
  const { outputs: _, ...counts } = resources;
  return { system, region, pools, resources: counts };
};
