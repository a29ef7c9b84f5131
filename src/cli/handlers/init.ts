import {
  DEFAULT_WORK_POOL,
  DEFAULT_WORKER_NAME,
  type InitAnswers,
  type PrefectAnswer,
} from "#actions/init/answers.ts";
import { awsProfiles, shellRegion } from "#actions/init/aws-profiles.ts";
import {
  findWorkspace,
  newNetwork,
  type Recommendation,
  readNetwork,
  recommendVersion,
  usualPlace,
} from "#actions/init/choose.ts";
import { CONFIG_FILE } from "#actions/init/config-page.ts";
import { DEPLOYMENT, DEPLOYMENTS_FILE, FLOW_FILE } from "#actions/init/first-flow.ts";
import { flowSource } from "#actions/init/flow-source.ts";
import { type KnownPrefect, lookUpPrefect } from "#actions/init/known-prefect.ts";
import { projectVersion } from "#actions/init/project-version.ts";
import { usableZones } from "#actions/init/usable-zones.ts";
import { existingConfig, type Initialized, init } from "#actions/init.ts";
import type { PrefectVersion } from "#config/prefect-defaults.ts";
import type { CommandContext, Handler } from "../command-spec.ts";
import type { InitCommandOptions } from "../commands/init.ts";
import { askNetwork, askPlace, askProfile, askRegion, askVersion } from "../init-questions.ts";
import type { Questions } from "../questions.ts";

const FALLBACK_REGION = "us-east-1";
/** Any of them decides who the shell is on AWS. */
const IDENTITY_VARIABLES = ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"] as const;

export const runInit: Handler<InitCommandOptions> = async (options, context) => {
  const { cwd, env, print, printJson } = context;
  const existing = await existingConfig(cwd, env);
  const source = await flowSource(cwd, env);
  const chosen = existing ? undefined : await choose(options, context);
  const workPool = options.workPool ?? existing?.workPool ?? DEFAULT_WORK_POOL;
  const result = await init({ cwd, answers: chosen?.answers, workPool, source });
  const next = nextSteps(chosen, env);
  if (options.json)
    return printJson({
      ...result,
      config: existing?.file ?? CONFIG_FILE,
      answers: chosen?.answers ?? null,
      next,
    });
  for (const line of summary(result, existing?.file, chosen)) print(line);
  for (const line of flowLines(source !== undefined)) print(line);
  print("");
  next.forEach((line, index) => {
    print(`${index === 0 ? "Next:" : "     "} ${line}`);
  });
};

interface Chosen {
  readonly answers: InitAnswers;
  /** Why this Prefect. */
  readonly reason: string;
  /** To be set in the shell, when it is not what the shell uses anyway. */
  readonly profile: string | undefined;
  readonly hasKey: boolean;
}

/** Flags first, then the person's answers, then what is recommended. */
async function choose(flags: InitCommandOptions, context: CommandContext): Promise<Chosen> {
  const { cwd, env, reporter, signal } = context;
  const questions = flags.yes ? undefined : context.questions;
  const [known, profiles, required] = await Promise.all([
    lookUpPrefect(env, reporter, signal),
    awsProfiles(env),
    projectVersion(cwd),
  ]);
  const recommended = recommendVersion(required, known);
  const version = await chooseVersion(flags, recommended, questions);
  const place = await choosePlace(flags, known, questions);

  const hasIdentity = IDENTITY_VARIABLES.some((name) => env[name]);
  const profile = hasIdentity || !questions ? undefined : await askProfile(questions, profiles);
  const usualRegion = shellRegion(profile ? { ...env, AWS_PROFILE: profile.name } : env, profiles);
  const region =
    flags.region ?? (questions ? await askRegion(questions, usualRegion) : (usualRegion ?? FALLBACK_REGION));
  const awsEnv = { ...definedOnly(env), ...(profile ? { AWS_PROFILE: profile.name } : {}) };
  const mayAsk = (hasIdentity || profiles.length > 0) && (flags.vpc ?? "new") === "new";
  const zones = mayAsk ? await usableZones(region, awsEnv, signal) : undefined;
  const network = flags.vpc
    ? readNetwork(flags.vpc, zones)
    : questions
      ? await askNetwork(questions, zones)
      : newNetwork(zones);

  return {
    answers: {
      prefect: { version, ...place },
      region,
      network,
      workPool: flags.workPool ?? DEFAULT_WORK_POOL,
      workerName: flags.worker ?? DEFAULT_WORKER_NAME,
    },
    reason: version === recommended.version ? recommended.reason : "As you chose.",
    profile: profile && profile.name !== "default" ? profile.name : undefined,
    hasKey: known.hasKey,
  };
}

async function chooseVersion(
  { prefect }: InitCommandOptions,
  recommended: Recommendation,
  questions: Questions | undefined,
): Promise<PrefectVersion> {
  if (prefect !== undefined) return prefect === "3" ? 3 : 2;
  return questions ? askVersion(questions, recommended) : recommended.version;
}

async function choosePlace(
  { workspace, apiUrl }: InitCommandOptions,
  known: KnownPrefect,
  questions: Questions | undefined,
): Promise<Omit<PrefectAnswer, "version">> {
  if (apiUrl !== undefined) return { apiUrl };
  if (workspace !== undefined) return findWorkspace(workspace, known);
  if (questions) return askPlace(questions, known);
  return usualPlace(known) ?? {};
}

function summary(
  { written, kept }: Initialized,
  existing: string | undefined,
  chosen: Chosen | undefined,
): string[] {
  const stays = [...(existing ? [existing] : []), ...kept];
  return [
    written.length > 0 ? `Wrote ${written.join(", ")}.` : "Nothing was written: all of it is there.",
    ...(stays.length > 0 ? [`Left as it is: ${stays.join(", ")}.`] : []),
    ...(chosen ? ["", ...outline(chosen)] : []),
  ];
}

function outline({ answers: { prefect, region, network, workPool, workerName }, reason }: Chosen): string[] {
  const { version, apiUrl, workspaceId, workspaceName } = prefect;
  const place = workspaceId
    ? `workspace ${workspaceName ?? workspaceId}`
    : (apiUrl ?? "Prefect Cloud, workspace to be filled in");
  const where = {
    new: "a new VPC",
    default: "the region's default VPC",
    existing: network.kind === "existing" ? network.vpcId : "",
  }[network.kind];
  return [
    `  Prefect   ${version}. ${reason}`,
    `  API       ${place}`,
    `  region    ${region}, ${where}`,
    `  worker    ${workerName} in ${workPool}`,
  ];
}

/** How the first flow gets to run. */
const flowLines = (hasSource: boolean): string[] => [
  "",
  `${FLOW_FILE} is a first flow. Flow runs clone your repository${hasSource ? "" : `: write its address into ${DEPLOYMENTS_FILE}`}. Once the worker is up:`,
  "  git add . && git commit -m 'A first flow' && git push",
  "  prefect deploy --all",
  `  prefect-fargate run ${DEPLOYMENT}`,
];

function nextSteps(chosen: Chosen | undefined, env: Readonly<NodeJS.ProcessEnv>): string[] {
  const { prefect } = chosen?.answers ?? {};
  const lacksPlace =
    prefect !== undefined && prefect.apiUrl === undefined && prefect.workspaceId === undefined;
  const needsKey = chosen !== undefined && !chosen.hasKey && !env.PREFECT_API_KEY && !prefect?.apiUrl;
  return [
    ...(lacksPlace ? [`fill in accountId and workspaceId in ${CONFIG_FILE}`] : []),
    ...(needsKey ? ["prefect cloud login, or export PREFECT_API_KEY=…"] : []),
    ...(chosen?.profile ? [`export AWS_PROFILE=${chosen.profile}`] : []),
    "prefect-fargate doctor, which checks all that a deploy needs before anything is created.",
  ];
}

const definedOnly = (env: Readonly<NodeJS.ProcessEnv>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
