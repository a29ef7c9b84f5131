import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { resolveEnvironments } from "#config/environments.ts";
import type { Config, ConfigInput } from "#config/schema.ts";
import { packagePath } from "#package";
import { pipelineFiles } from "#pipelines/pipeline-files.ts";
import {
  ACCOUNT,
  applyAccess,
  type Claims,
  environmentSubject,
  openSession,
  REPOSITORY,
  type RoleSession,
} from "./pipeline-access.ts";
import { openStage, type Stage } from "./stage.ts";
import { type JobRun, parseYaml, runJob, type Workflow, type WorkflowStep } from "./workflow.ts";

export const STATE_BUCKET = "acme-terraform-state";

/** A stage on which IAM decides, with a pipeline's roles in its account and its workflows in the project. */
export interface PipelineStage {
  readonly stage: Stage;
  readonly config: Config;
  readonly githubFile: string;
  /** Exchanges a token with these claims, as GitHub would sign it, for a role's session. */
  become(role: "plan" | "apply", claims: Claims): Promise<RoleSession>;
  /** Runs a job of a workflow on a runner, in the event that starts it. */
  run(workflow: "plan" | "deploy" | "drift", job: string, event: WorkflowEvent): Promise<JobRun>;
  close(): Promise<void>;
}

export interface WorkflowEvent {
  /** What the job's token says of it, unless it runs in an environment. */
  readonly subject: string;
  readonly github?: Readonly<Record<string, unknown>>;
  readonly needs?: Readonly<Record<string, unknown>>;
}

export async function openPipelineStage(
  environment: string,
  input: ConfigInput = {},
): Promise<PipelineStage> {
  const stage = await openStage({ version: 3, authorize: true, config: input });
  try {
    const secret = await stage.aws.secrets.send(
      new CreateSecretCommand({ Name: "prefect-key-of-the-pipeline", SecretString: stage.cloud.apiKey }),
    );
    await stage.configure({
      ...input,
      pipeline: { repository: REPOSITORY },
      environments: {
        [environment]: { awsAccount: ACCOUNT, prefect: { apiKey: { secretArn: secret.ARN! } } },
      },
    });
    const resolved = resolveEnvironments(stage.config(), "the stage's config", {})[environment]!;
    const config: Config = Object.assign(resolved, {
      state: { bucket: STATE_BUCKET, key: `${environment}/terraform.tfstate` },
    });
    await fetch(`${stage.cloud.emulator.url}/${STATE_BUCKET}`, { method: "PUT" });
    await applyAccess(stage.cloud.emulator, join(stage.dir, "..", "access"), config, "github");
    const workflows = await readWorkflows(config, environment);
    const runners = join(stage.dir, "..", "runners");
    await mkdir(runners, { recursive: true });
    const githubFile = join(runners, "github.json");

    const become = async (role: "plan" | "apply", claims: Claims) =>
      openSession(
        stage.cloud.emulator,
        `arn:aws:iam::${ACCOUNT}:role/prefect-fargate-${environment}-${role}`,
        claims,
      );
    return {
      stage,
      config,
      githubFile,
      become,
      run: (workflow, job, { subject, github = {}, needs = {} }) =>
        runJob({
          workflow: workflows[workflow]!,
          job,
          cwd: stage.dir,
          dir: runners,
          env: runnerEnvironment(stage, githubFile),
          context: {
            github: {
              repository: REPOSITORY,
              token: "ghs_test",
              server_url: "https://github.com",
              run_id: "1",
              ...github,
            },
            secrets: { PREFECT_API_KEY: stage.cloud.apiKey },
            needs,
          },
          use: async (step, job) =>
            useAction(stage, step, { sub: job.environment ? environmentSubject(job.environment) : subject }),
        }),
      close: () => stage.close(),
    };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function readWorkflows(config: Config, environment: string): Promise<Record<string, Workflow>> {
  const files = Object.entries(pipelineFiles("github", { [environment]: config }));
  const parsed = files.map(async ([path, text]) => {
    const name = /prefect-fargate-(\w+)\.yml$/.exec(path)![1]!;
    return [name, await parseYaml<Workflow>(text)] as const;
  });
  return Object.fromEntries(await Promise.all(parsed));
}

/** Everything a runner has, and no AWS key: that comes from the action that exchanges the token. */
function runnerEnvironment(stage: Stage, githubFile: string): Record<string, string> {
  const programs = packagePath("test", "fixtures", "pipelines", "programs");
  const {
    AWS_ACCESS_KEY_ID: _,
    AWS_SECRET_ACCESS_KEY: __,
    AWS_SESSION_TOKEN: ___,
    PREFECT_API_KEY: ____,
    ...env
  } = stage.env;
  return {
    ...env,
    PATH: `${programs}:${env.PATH}`,
    TEST_NODE: process.execPath,
    TEST_CLI: packagePath("src", "cli", "main.ts"),
    TEST_GITHUB: packagePath("test", "helpers", "github.ts"),
    TEST_GITHUB_STATE: githubFile,
  };
}

/** Checkout, Node and caches are there already; credentials come from a token for the role that the step names. */
async function useAction(stage: Stage, step: WorkflowStep, claims: Claims): Promise<Record<string, string>> {
  if (!step.uses?.startsWith("aws-actions/configure-aws-credentials@")) return {};
  return (await openSession(stage.cloud.emulator, step.with!["role-to-assume"]!, claims)).env;
}

/** Writes what `synth` does not say: where the state lies. */
export async function keepStateInBucket(folder: string, config: Config, endpoint: string): Promise<void> {
  const { state } = config as { state?: { bucket: string; key: string } };
  const backend = [
    `bucket = "${state!.bucket}"`,
    `key = "${state!.key}"`,
    `region = "${config.region}"`,
    "use_lockfile = true",
    "use_path_style = true",
    "skip_credentials_validation = true",
    "skip_metadata_api_check = true",
    "skip_requesting_account_id = true",
    `endpoints = { s3 = "${endpoint}" }`,
  ];
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "override.tf"),
    `terraform {\n  backend "s3" {\n${backend.map((line) => `    ${line}\n`).join("")}  }\n}\n`,
  );
}
