import { type BootstrapProposal, type Bootstrapped, bootstrap } from "#actions/bootstrap.ts";
import { describePlace } from "#actions/state/state-place.ts";
import { prefectApiKey, userSurroundings } from "#actions/user-surroundings.ts";
import { prefectApiUrl } from "#config/api-url.ts";
import { loadConfig } from "#config/load-config.ts";
import type { Config } from "#config/schema.ts";
import { count } from "#config/words.ts";
import { PrefectFargateError } from "#errors";
import { createPrefectClient } from "#prefect/client.ts";
import type { CommandContext, Handler } from "../command-spec.ts";
import type { BootstrapCommandOptions } from "../commands/bootstrap.ts";
import { nobodyToAsk } from "../nobody-to-ask.ts";
import { showProposal } from "../show-proposal.ts";

export const runBootstrap: Handler<BootstrapCommandOptions> = async (options, context) => {
  const { cwd, env, reporter, signal, print, printJson } = context;
  const { config, file: configFile } = await loadConfig({
    cwd,
    file: options.config,
    env,
    environment: options.env,
  });
  // A bucket can be made before there is a key; whether there is one is asked where it is needed.
  const withoutKey = { ...env, PREFECT_API_KEY: env.PREFECT_API_KEY || "-" };
  const surroundings = await userSurroundings({ cwd, config, configFile, env: withoutKey, reporter, signal });
  const result = await bootstrap(
    config,
    surroundings,
    {
      approve: (proposal) => approval(proposal, options, context),
      checkedKey: () => checkedKey(config, context),
    },
    reporter,
  );
  if (options.json) return printJson(result);
  for (const line of summarize(result, config)) print(line);
};

/** What Prefect would refuse a worker is better known before it is in a secret. */
async function checkedKey(config: Config, { env, signal }: CommandContext): Promise<string> {
  const apiKey = await prefectApiKey(config, env);
  if (apiKey === undefined)
    throw new PrefectFargateError(
      "API_KEY_MISSING",
      "There is no Prefect API key for the pipeline's secret.",
      {
        hint: "Set PREFECT_API_KEY in the environment.",
      },
    );
  const { version } = config.prefect;
  await createPrefectClient({
    apiUrl: prefectApiUrl(config.prefect),
    version,
    apiKey,
    ...(signal ? { signal } : {}),
  }).verifyAccess();
  return apiKey;
}

async function approval(
  { changes, move }: BootstrapProposal,
  { yes, json }: BootstrapCommandOptions,
  { questions, print }: CommandContext,
): Promise<boolean> {
  if (!json) {
    if (changes.length > 0)
      for (const line of showProposal({ changes, pools: [], empty: false })) print(line);
    if (move) print(`${describeMove(move)}\n`);
  }
  if (yes) return true;
  if (!questions) throw nobodyToAsk("bootstrap", "before it changes anything");
  return questions.confirm(changes.length > 0 ? "Make this?" : "Move the state?");
}

const describeMove = ({ from, to, resources }: NonNullable<BootstrapProposal["move"]>): string =>
  `The state of ${count(resources, "resource")} moves from ${describePlace(from)} to ${describePlace(to)}.`;

function summarize({ changed, bucket, moved, ...made }: Bootstrapped, config: Config): string[] {
  const secret =
    made.apiKeySecretArn !== undefined && config.prefect.apiKey && "secretName" in config.prefect.apiKey
      ? made.apiKeySecretArn
      : undefined;
  const rows: [string, string | undefined][] = [
    ["bucket", bucket],
    ["state", config.state && describePlace({ kind: "s3", ...config.state })],
    ["plan role", made.planRoleArn],
    ["apply role", made.applyRoleArn],
    ["secret", made.apiKeySecretArn],
  ];
  const where = config.environment ? `environments.${config.environment}` : "the config";
  return [
    !changed
      ? "Nothing to do: everything is there."
      : moved
        ? `${describeMove(moved).replace(" moves ", " has moved ")}`
        : "Everything is there.",
    "",
    ...rows.flatMap(([name, value]) => (value ? [`  ${name.padEnd(11)} ${value}`] : [])),
    "",
    ...(secret ? [`Add to ${where}: prefect: { apiKey: { secretArn: "${secret}" } }`, ""] : []),
    made.applyRoleArn && config.pipeline
      ? `Next: prefect-fargate pipeline ${config.pipeline.repository ? "github" : "circleci"}, which writes the pipeline.`
      : "Next: prefect-fargate deploy.",
  ];
}
