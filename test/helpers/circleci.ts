import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { REPOSITORY, signedToken } from "./pipeline-access.ts";

/** The project that AWS trusts, as the config names it. */
export const CIRCLECI_PROJECT = {
  organizationId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
  projectId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  vcsOrigin: `github.com/${REPOSITORY}`,
};
const USER = "11111111-2222-4333-8444-555555555555";

type Parameters = Readonly<Record<string, string>>;
type Step = string | Readonly<Record<string, unknown>>;
interface Run {
  readonly command: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface CircleCi {
  readonly executors: Readonly<Record<string, { readonly environment: Readonly<Record<string, string>> }>>;
  readonly commands: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  readonly jobs: Readonly<Record<string, { readonly executor: string; readonly steps: readonly Step[] }>>;
  readonly workflows: Readonly<
    Record<string, { readonly jobs: readonly (string | Readonly<Record<string, Parameters>>)[] }>
  >;
}

/** What starts a pipeline. */
export interface CircleCiEvent {
  readonly branch: string;
  readonly sha?: string;
  /** Its address. */
  readonly pullRequest?: string;
}

interface RunCircleCiJobOptions {
  readonly config: CircleCi;
  readonly workflow: string;
  /** As the workflow calls it. */
  readonly job: string;
  readonly event: CircleCiEvent;
  /** The checked-out repository. */
  readonly cwd: string;
  /** Stands for the machine's /tmp; what jobs hand on by a workspace lies there. */
  readonly tmp: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Files are on the machine already, and what is stored or handed on stays there. */
const OF_THE_MACHINE: readonly string[] = [
  "checkout",
  "restore_cache",
  "save_cache",
  "store_artifacts",
  "persist_to_workspace",
  "attach_workspace",
];

/** Runs a job's steps in order, each script as CircleCI runs it: bash with its BASH_ENV, ending at the first failure. */
export async function runCircleCiJob(
  options: RunCircleCiJobOptions,
): Promise<{ status: number; log: string }> {
  const { config, cwd, tmp } = options;
  await mkdir(tmp, { recursive: true });
  const { job, parameters } = findJob(options);
  const home = await mkdtemp(join(tmp, "home-"));
  const bashEnv = join(home, "bash-env");
  await writeFile(bashEnv, "");
  const machine = config.executors[config.jobs[job]!.executor]!.environment;
  let log = "";
  for (const { command, environment } of scripts(config, config.jobs[job]!.steps, parameters)) {
    const { exitCode, all } = await execa(
      "bash",
      ["-eo", "pipefail", "-c", command.replaceAll("/tmp/", `${tmp}/`)],
      {
        cwd,
        // From a socket, which a pipe of Node's is, bash believes that it was started over the network, and reads no BASH_ENV.
        stdin: "ignore",
        env: {
          ...options.env,
          ...eventEnvironment(options.event),
          ...machine,
          HOME: home,
          BASH_ENV: bashEnv,
          ...environment,
        },
        extendEnv: false,
        all: true,
        reject: false,
      },
    );
    log += `${all}\n`;
    if (exitCode !== 0) return { status: exitCode ?? -1, log };
  }
  return { status: 0, log };
}

/** https://circleci.com/docs/reference/variables/#built-in-environment-variables */
function eventEnvironment({ branch, sha = "", pullRequest = "" }: CircleCiEvent): Record<string, string> {
  const { organizationId, projectId, vcsOrigin } = CIRCLECI_PROJECT;
  const [owner = "", name = ""] = REPOSITORY.split("/");
  return {
    CIRCLE_BRANCH: branch,
    CIRCLE_BUILD_NUM: "1",
    CIRCLE_OIDC_TOKEN_V2: signedToken({
      iss: `https://oidc.circleci.com/org/${organizationId}`,
      aud: organizationId,
      sub: `org/${organizationId}/project/${projectId}/user/${USER}/vcs-origin/${vcsOrigin}/vcs-ref/refs/heads/${branch}`,
    }),
    CIRCLE_PROJECT_REPONAME: name,
    CIRCLE_PROJECT_USERNAME: owner,
    CIRCLE_PULL_REQUEST: pullRequest,
    CIRCLE_SHA1: sha,
    GITHUB_TOKEN: "ghs_test",
  };
}

function findJob({ config, workflow, job }: RunCircleCiJobOptions): { job: string; parameters: Parameters } {
  for (const entry of config.workflows[workflow]!.jobs) {
    const [name, parameters] = typeof entry === "string" ? [entry, {}] : Object.entries(entry)[0]!;
    if ((parameters.name ?? name) === job) return { job: name, parameters };
  }
  throw new Error(`The workflow ${workflow} has no job ${job}.`);
}

function scripts(config: CircleCi, steps: readonly Step[], parameters: Parameters): Run[] {
  return steps.flatMap((step) => {
    const [name, given] = typeof step === "string" ? [step, {}] : Object.entries(step)[0]!;
    if (OF_THE_MACHINE.includes(name)) return [];
    const filled = fill(given, parameters);
    if (name === "run") return [(typeof filled === "string" ? { command: filled } : filled) as Run];
    const command = config.commands[name];
    if (!command) throw new Error(`CircleCI has no step ${name}, and the config no command of that name.`);
    return scripts(config, command.steps, filled as Parameters);
  });
}

/** `<< parameters.NAME >>` is filled in before a shell sees it. */
const fill = (value: unknown, parameters: Parameters): unknown =>
  JSON.parse(
    JSON.stringify(value).replace(/<<\s*parameters\.(\w+)\s*>>/g, (_, name: string) =>
      JSON.stringify(parameters[name] ?? "").slice(1, -1),
    ),
  );
