import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigInput } from "#config/schema.ts";
import { CIRCLECI_PROJECT, type CircleCi, type CircleCiEvent, runCircleCiJob } from "./circleci.ts";
import {
  ACCOUNT,
  type Claims,
  environmentSubject,
  openSession,
  REPOSITORY,
  type RoleSession,
} from "./pipeline-access.ts";
import { runnerEnvironment } from "./runner-environment.ts";
import { openStage, type Stage } from "./stage.ts";
import { type JobRun, parseYaml, runJob, type Workflow, type WorkflowStep } from "./workflow.ts";

const STATE_BUCKET = "acme-terraform-state";

export interface PipelineStageOptions {
  readonly environment: string;
  /** Prefect's major version. @default 3 */
  readonly version?: 2 | 3;
  /** Laid over the stage's own config. */
  readonly config?: ConfigInput;
  /** @default false */
  readonly existingCluster?: boolean;
}

/** A stage on which IAM decides, with what a team has that deploys by a pipeline: all of it made by our own commands. */
export interface PipelineStage {
  readonly stage: Stage;
  /** What GitHub knows; `readGitHub` reads it. */
  readonly githubFile: string;
  /** Exchanges a token with these claims, as GitHub would sign it, for a role's session. */
  become(role: "plan" | "apply", claims: Claims): Promise<RoleSession>;
  /** Runs a job of a GitHub workflow on a runner, in the event that starts it. */
  run(workflow: "plan" | "deploy" | "drift", job: string, event: WorkflowEvent): Promise<JobRun>;
  /** Lets CircleCI have the roles instead of GitHub. */
  moveToCircleCi(): Promise<CircleCiRunner>;
  /** Gives the roles back to GitHub. */
  moveToGitHub(): Promise<void>;
  close(): Promise<void>;
}

export interface WorkflowEvent {
  /** What the job's token says of it, unless it runs in an environment. */
  readonly subject: string;
  readonly github?: Readonly<Record<string, unknown>>;
  readonly needs?: Readonly<Record<string, unknown>>;
}

/** Runs a job of CircleCI's, as its workflow calls it, in the event that starts it. */
type CircleCiRunner = (
  workflow: string,
  job: string,
  event: CircleCiEvent,
) => ReturnType<typeof runCircleCiJob>;

export async function openPipelineStage({
  environment,
  version = 3,
  config = {},
  existingCluster = false,
}: PipelineStageOptions): Promise<PipelineStage> {
  const stage = await openStage({ version, authorize: true, config, existingCluster });
  try {
    // A bucket of the team's own, as the provider watches a new one for most of a minute.
    await fetch(`${stage.cloud.emulator.url}/${STATE_BUCKET}`, { method: "PUT" });
    const trust = (pipeline: ConfigInput["pipeline"]) => trustPipeline(stage, environment, config, pipeline);
    const trustGitHub = () => trust({ repository: REPOSITORY });
    await trustGitHub();
    await stage.must(["pipeline", "github"]);
    const workflows = {
      plan: await readWorkflow(stage, "plan"),
      deploy: await readWorkflow(stage, "deploy"),
      drift: await readWorkflow(stage, "drift"),
    };
    const runners = join(stage.dir, "..", "runners");
    await mkdir(runners, { recursive: true });
    const githubFile = join(runners, "github.json");
    const env = await runnerEnvironment(stage, runners, githubFile);
    return {
      stage,
      githubFile,
      become: (role, claims) =>
        openSession(
          stage.cloud.emulator,
          `arn:aws:iam::${ACCOUNT}:role/prefect-fargate-${environment}-${role}`,
          claims,
        ),
      run: (workflow, job, { subject, github = {}, needs = {} }) =>
        runJob({
          workflow: workflows[workflow],
          job,
          cwd: stage.dir,
          dir: runners,
          env,
          context: {
            github: {
              repository: REPOSITORY,
              token: "ghs_test",
              server_url: "https://github.com",
              run_id: "1",
              ref: "refs/heads/main",
              ...github,
            },
            secrets: { PREFECT_API_KEY: stage.cloud.apiKey },
            needs,
          },
          use: async (step, { environment: name }) =>
            useAction(stage, step, { sub: name ? environmentSubject(name) : subject }),
        }),
      moveToCircleCi: async () => {
        await trust(CIRCLECI_PROJECT);
        await stage.must(["pipeline", "circleci"]);
        const parsed = await parseYaml<CircleCi>(await inProject(stage, ".circleci/config.yml"));
        return (workflow, job, event) =>
          runCircleCiJob({
            config: parsed,
            workflow,
            job,
            event,
            cwd: stage.dir,
            tmp: join(runners, workflow),
            env: { ...env, PREFECT_API_KEY: stage.cloud.apiKey },
          });
      },
      moveToGitHub: trustGitHub,
      close: () => stage.close(),
    };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

/** What somebody does once who may write IAM: `bootstrap`, and the secret's ARN into the config as it says. */
async function trustPipeline(
  stage: Stage,
  environment: string,
  config: ConfigInput,
  pipeline: ConfigInput["pipeline"],
): Promise<void> {
  const configure = (prefect: ConfigInput["prefect"]) =>
    stage.configure({
      ...config,
      state: { bucket: STATE_BUCKET },
      pipeline: { flowsRepository: "prefect-flows", ...config.pipeline, ...pipeline },
      environments: { [environment]: { awsAccount: ACCOUNT, ...(prefect ? { prefect } : {}) } },
    });
  await configure(undefined);
  const { stdout } = await stage.must(["bootstrap", "--env", environment, "--yes", "--json"]);
  const { apiKeySecretArn } = JSON.parse(stdout) as { apiKeySecretArn: string };
  await configure({ apiKey: { secretArn: apiKeySecretArn } });
}

const inProject = (stage: Stage, path: string): Promise<string> => readFile(join(stage.dir, path), "utf8");

const readWorkflow = async (stage: Stage, name: string): Promise<Workflow> =>
  parseYaml<Workflow>(await inProject(stage, `.github/workflows/prefect-fargate-${name}.yml`));

/** Checkout, Node and caches are there already; credentials come from a token for the role that the step names. */
async function useAction(stage: Stage, step: WorkflowStep, claims: Claims): Promise<Record<string, string>> {
  if (!step.uses?.startsWith("aws-actions/configure-aws-credentials@")) return {};
  return (await openSession(stage.cloud.emulator, step.with!["role-to-assume"]!, claims)).env;
}
