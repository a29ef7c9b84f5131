import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { preparePython } from "#rehearsal/python.ts";
import { silentReporter } from "#reporter";

/** A step of a job, as GitHub reads it. */
export interface WorkflowStep {
  readonly id?: string;
  readonly if?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

export interface WorkflowJob {
  readonly environment?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly WorkflowStep[];
}

export interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

/** A YAML document as plain data, read by the parser that the lint environment has. */
export async function parseYaml<T>(text: string): Promise<T> {
  const { python } = await (await preparePython(silentReporter)).environment("lint");
  const program =
    "import json, sys, ruamel.yaml; json.dump(ruamel.yaml.YAML(typ='safe', pure=True).load(sys.stdin), sys.stdout, default=str)";
  return JSON.parse(execFileSync(python, ["-c", program], { input: text, encoding: "utf8" })) as T;
}

export interface RunJobOptions {
  readonly workflow: Workflow;
  readonly job: string;
  /** The checked-out repository. */
  readonly cwd: string;
  /** A folder for what the runner keeps for a job. */
  readonly dir: string;
  /** The machine's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** `github`, `secrets`, `needs` and so on, as expressions see them. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Does what an action does; gives environment variables for the steps that follow. */
  readonly use: (
    step: WorkflowStep,
    job: { environment: string | undefined },
  ) => Promise<Record<string, string>>;
}

export interface JobRun {
  readonly status: number;
  /** Everything the scripts printed. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly environment: string | undefined;
  /** What the job wrote for its page. */
  readonly summary: string;
}

/** Runs a job's steps in order, each script as GitHub runs it: bash, ending at the first failure. */
export async function runJob({
  workflow,
  job: name,
  cwd,
  dir,
  env,
  context,
  use,
}: RunJobOptions): Promise<JobRun> {
  const job = workflow.jobs[name];
  if (!job) throw new Error(`There is no job ${name}.`);
  const runner = await mkdtemp(join(dir, `${name}-`));
  const files = {
    GITHUB_OUTPUT: join(runner, "output"),
    GITHUB_ENV: join(runner, "env"),
    GITHUB_STEP_SUMMARY: join(runner, "summary"),
  };
  for (const file of Object.values(files)) await writeFile(file, "");
  const temp = join(runner, "temp");
  await mkdir(temp);
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const seen = () => ({ ...context, steps });
  const environment = job.environment && evaluate(job.environment, seen());
  let given: Record<string, string> = { ...env, ...workflow.env, ...files, RUNNER_TEMP: temp };
  let log = "";
  let status = 0;
  for (const step of job.steps) {
    if (step.if !== undefined && evaluate(`\${{ ${step.if} }}`, seen()) !== "true") continue;
    if (step.uses) {
      const filled = { ...step, with: evaluateAll(step.with ?? {}, seen()) };
      given = { ...given, ...(await use(filled, { environment })) };
      continue;
    }
    const before = (await readFile(files.GITHUB_OUTPUT, "utf8")).length;
    const { exitCode, all } = await execa(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run ?? ""],
      {
        cwd,
        env: { ...given, ...evaluateAll(step.env ?? {}, seen()) },
        extendEnv: false,
        all: true,
        reject: false,
      },
    );
    log += `${all}\n`;
    const written = (await readFile(files.GITHUB_OUTPUT, "utf8")).slice(before);
    if (step.id) steps[step.id] = { outputs: pairs(written) };
    given = { ...given, ...pairs(await readFile(files.GITHUB_ENV, "utf8")) };
    status = exitCode ?? -1;
    if (status !== 0) break;
  }
  const outputs = evaluateAll(job.outputs ?? {}, seen());
  return { status, log, outputs, environment, summary: await readFile(files.GITHUB_STEP_SUMMARY, "utf8") };
}

const pairs = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split("\n")
      .flatMap((line) =>
        line.includes("=") ? [[line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]] : [],
      ),
  );

const evaluateAll = (values: Readonly<Record<string, string>>, context: object): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, evaluate(String(value), context)]));

/** As much of GitHub's expressions as the templates use: paths, texts, `==`, `&&` and `||`. */
export function evaluate(text: string, context: object): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    String(either(expression, context) ?? ""),
  );
}

const either = (expression: string, context: object): unknown =>
  expression.split("||").reduce<unknown>((found, part) => found || both(part, context), undefined);

const both = (expression: string, context: object): unknown =>
  expression.split("&&").reduce<unknown>((found, part) => found && equal(part, context), true);

function equal(expression: string, context: object): unknown {
  const [left = "", right] = expression.split("==");
  return right === undefined
    ? value(left.trim(), context)
    : value(left.trim(), context) === value(right.trim(), context);
}

function value(term: string, context: object): unknown {
  const literal = /^'(.*)'$/.exec(term);
  if (literal) return literal[1];
  return term
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], context);
}
