import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import { resolveEnvironments } from "#config/environments.ts";
import type { Config, ConfigInput } from "#config/schema.ts";
import { findTerraform } from "#engine/find-terraform.ts";
import { openWorkspace } from "#engine/workspace.ts";
import { packagePath } from "#package";
import { pipelineFiles } from "#pipelines/pipeline-files.ts";
import { silentReporter } from "#reporter";
import { composeAccess } from "#root/compose-access.ts";
import { writeRoot } from "#root/write-root.ts";
import { type AwsClients, awsClients } from "./emulator.ts";
import { openStage, type Stage } from "./stage.ts";
import { type JobRun, parseYaml, runJob, type Workflow, type WorkflowStep } from "./workflow.ts";

export const REPOSITORY = "acme/data-platform";
const ACCOUNT = "000000000000";
const ISSUER = "https://token.actions.githubusercontent.com";
export const STATE_BUCKET = "acme-terraform-state";

/** A session of one of the pipeline's roles. */
export interface RoleSession {
  readonly env: Record<string, string>;
  readonly clients: AwsClients;
}

/** A stage on which IAM decides, with a pipeline's roles in its account and its workflows in the project. */
export interface PipelineStage {
  readonly stage: Stage;
  readonly config: Config;
  readonly githubFile: string;
  /** Exchanges a token with this subject, as GitHub would sign it, for a role's session. */
  become(role: "plan" | "apply", subject: string, audience?: string): Promise<RoleSession>;
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
    await applyAccess(stage, config);
    const workflows = await readWorkflows(config, environment);
    const runners = join(stage.dir, "..", "runners");
    await mkdir(runners, { recursive: true });
    const githubFile = join(runners, "github.json");

    const become = async (role: "plan" | "apply", subject: string, audience = "sts.amazonaws.com") =>
      session(
        stage,
        `arn:aws:iam::${ACCOUNT}:role/prefect-fargate-${environment}-${role}`,
        subject,
        audience,
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
            github: { repository: REPOSITORY, token: "ghs_test", ...github },
            secrets: { PREFECT_API_KEY: stage.cloud.apiKey },
            needs,
          },
          use: async (step, job) =>
            useAction(stage, step, job.environment ? environmentSubject(job.environment) : subject),
        }),
      close: () => stage.close(),
    };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

export const environmentSubject = (name: string): string => `repo:${REPOSITORY}:environment:${name}`;

/** What somebody who may write IAM applies once. */
async function applyAccess(stage: Stage, config: Config): Promise<void> {
  const dir = join(stage.dir, "..", "access");
  await writeRoot(dir, composeAccess(config, "github"));
  const workspace = await openWorkspace({
    dir,
    terraform: await findTerraform(),
    env: stage.cloud.emulator.env,
    reporter: silentReporter,
  });
  await workspace.init();
  await workspace.apply(await workspace.plan());
  workspace.close();
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
async function useAction(stage: Stage, step: WorkflowStep, subject: string): Promise<Record<string, string>> {
  if (!step.uses?.startsWith("aws-actions/configure-aws-credentials@")) return {};
  return (await session(stage, step.with!["role-to-assume"]!, subject, "sts.amazonaws.com")).env;
}

async function session(
  stage: Stage,
  roleArn: string,
  subject: string,
  audience: string,
): Promise<RoleSession> {
  const { Credentials } = await stage.aws.sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn,
      RoleSessionName: "pipeline",
      WebIdentityToken: token({ iss: ISSUER, aud: audience, sub: subject }),
    }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return {
    env: {
      AWS_ACCESS_KEY_ID: AccessKeyId!,
      AWS_SECRET_ACCESS_KEY: SecretAccessKey!,
      AWS_SESSION_TOKEN: SessionToken!,
    },
    clients: awsClients(stage.cloud.emulator, {
      accessKeyId: AccessKeyId!,
      secretAccessKey: SecretAccessKey!,
      sessionToken: SessionToken!,
    }),
  };
}

/** A JSON Web Token with these claims. AWS checks its signature; the emulator believes it. */
function token(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.${part({ signature: "of GitHub" })}`;
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
