import { relative } from "node:path";
import { rewriteVersion } from "#actions/upgrade/rewrite-config.ts";
import { type IntendedUpgrade, type Upgraded, upgrade } from "#actions/upgrade.ts";
import { userSurroundings } from "#actions/user-surroundings.ts";
import { openWorkplace } from "#actions/workplace.ts";
import { loadConfig } from "#config/load-config.ts";
import type { Config } from "#config/schema.ts";
import { count } from "#config/words.ts";
import { PrefectFargateError } from "#errors";
import type { CommandContext, Handler } from "../command-spec.ts";
import type { UpgradeCommandOptions } from "../commands/upgrade.ts";
import { nobodyToAsk } from "../nobody-to-ask.ts";
import { showProposal } from "../show-proposal.ts";

export const runUpgrade: Handler<UpgradeCommandOptions> = async (options, context) => {
  const { cwd, env, reporter, signal, print, printJson } = context;
  const back = options.back ?? false;
  const to = back ? 2 : 3;
  const named = { cwd, file: options.config, env, environment: options.env };
  const { config: before, file } = await loadConfig(named);
  if (before.prefect.version === to) throw alreadyThere(to);
  const { config: after } = await loadConfig({ ...named, overrides: { prefect: { version: to } } });
  if (after.prefect.version !== to) throw saidElsewhere(to, options.env);
  // What cannot be edited is better known before it is deployed.
  const rewrite =
    file !== undefined && options.env === undefined
      ? await rewriteVersion({ file, from: before.prefect.version, to, wanted: after, env })
      : undefined;
  const surroundings = await userSurroundings({
    cwd,
    config: before,
    configFile: file,
    env,
    reporter,
    signal,
  });
  const { signal: _, ...uninterruptible } = surroundings;
  const shownFile = file === undefined ? "prefect-fargate.config.ts" : relative(cwd, file);
  const edit = rewrite
    ? `${shownFile}:${rewrite.edit.line}  ${rewrite.edit.before} → ${rewrite.edit.after}`
    : handEdit(shownFile, to, options.env);
  const upgraded = await upgrade(
    {
      before,
      after,
      back,
      workplaceFor: (config: Config, { interruptible }) =>
        openWorkplace(config, interruptible ? surroundings : uninterruptible, reporter),
      approve: (intended) => approval(intended, edit, options, context),
      signal,
    },
    reporter,
  );
  await rewrite?.write();
  if (options.json) return printJson({ ...upgraded, configEdited: rewrite !== undefined, edit });
  for (const line of summarize(upgraded, rewrite === undefined, edit)) print(line);
};

const handEdit = (file: string, to: number, environment: string | undefined): string =>
  environment === undefined
    ? `${file}: write prefect: { version: ${to} }`
    : `${file}: write environments.${environment}: { prefect: { version: ${to} } }`;

async function approval(
  { from, to, workers, proposal, concerns, deployments }: IntendedUpgrade,
  edit: string,
  { yes, json, back }: UpgradeCommandOptions,
  { questions, print, reporter }: CommandContext,
): Promise<boolean> {
  if (!json) {
    print(`From Prefect ${from} to Prefect ${to}:`);
    print(`  config       ${edit}`);
    for (const { worker, what, before, after } of workers)
      print(`  ${what.padEnd(12)} ${worker}: ${before || "none"} → ${after || "none"}`);
    print(
      `  crashed runs ${to === 3 ? "noticed by ECS's events, through a queue of the worker's own" : "noticed by the worker while it lives"}`,
    );
    print("");
    for (const line of showProposal(proposal)) print(line);
  }
  for (const { deployment, sentence } of concerns) reporter.warn(`Deployment ${deployment}: ${sentence}`);
  if (deployments > 0 && to === 3)
    reporter.note(
      `${count(deployments, "deployment")} of these pools ${deployments === 1 ? "stays" : "stay"}. What prefect.yaml calls infra_overrides is job_variables in Prefect 3: deploy them again with it.`,
    );
  if (yes) return true;
  if (!questions) throw nobodyToAsk(back ? "upgrade --back" : "upgrade", "before it changes anything");
  return questions.confirm(back ? `Go back to Prefect ${to}?` : `Go to Prefect ${to}?`);
}

function summarize({ to, online }: Upgraded, isToBeEdited: boolean, edit: string): string[] {
  const workers = online
    .map(({ name, status, workPool }) => `${name} is ${status} in ${workPool}`)
    .join(", ");
  return [
    `${workers}, with Prefect ${to}.`,
    "",
    ...(isToBeEdited
      ? [`Edit the config now, or the next deploy undoes this:`, `  ${edit}`]
      : [`The config says so too: ${edit}`]),
    "",
    to === 3
      ? "Next: prefect-fargate run, which starts a flow run. The way back: prefect-fargate upgrade --back"
      : "Next: prefect-fargate run, which starts a flow run.",
  ];
}

const alreadyThere = (to: number): PrefectFargateError =>
  new PrefectFargateError("NOTHING_TO_UPGRADE", `The config says Prefect ${to} already.`, {
    hint:
      to === 3
        ? "prefect-fargate deploy makes it so. The way back: prefect-fargate upgrade --back"
        : "prefect-fargate deploy makes it so.",
  });

const saidElsewhere = (to: number, environment: string | undefined): PrefectFargateError =>
  new PrefectFargateError(
    "VERSION_SAID_ELSEWHERE",
    `The environment ${environment} says itself which version of Prefect it has.`,
    { hint: `Set prefect.version: ${to} in environments.${environment}, then run prefect-fargate deploy` },
  );
