import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { packagePath } from "#package";
import { PIPELINE_PROVIDERS } from "#pipelines/assert-ready.ts";
import { pipelineFiles } from "#pipelines/pipeline-files.ts";
import { preparePython } from "#rehearsal/python.ts";
import { silentReporter } from "#reporter";
import { findActionlint } from "../helpers/actionlint.ts";
import { runBinary } from "../helpers/binary.ts";
import { type ExpectedFailure, expectFailure } from "../helpers/expect-ending.ts";
import { pipelineEnvironments } from "../helpers/pipeline-environments.ts";
import { parseYaml } from "../helpers/workflow.ts";

let dir: string;
let lint: string;

beforeAll(async () => {
  lint = (await (await preparePython(silentReporter)).environment("lint")).bin;
  dir = await mkdtemp(join(tmpdir(), "prefect-fargate-pipelines-"));
  for (const provider of PIPELINE_PROVIDERS)
    for (const flows of [false, true]) {
      const environments = pipelineEnvironments(["dev", "staging", "prod"], { provider, flows });
      for (const [path, text] of Object.entries(pipelineFiles(provider, environments))) {
        const file = join(dir, `${provider}-${flows}`, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    }
  await cp(packagePath("src", "pipelines", "templates"), join(dir, "templates"), { recursive: true });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What a program says of files, and how it ends. */
async function check(program: string, args: readonly string[]): Promise<{ exitCode: number; said: string }> {
  const { exitCode = -1, all = "" } = await execa(program, args, { cwd: dir, all: true, reject: false });
  return { exitCode, said: all };
}

const WORKFLOWS = ["plan", "deploy", "drift"].map((name) => `.github/workflows/prefect-fargate-${name}.yml`);

describe("GitHub workflows", async () => {
  const actionlint = await findActionlint();
  const isThere = "path" in actionlint;
  test("are looked at by actionlint wherever there is Go, and in CI there is", () => {
    if (process.env.CI) expect(actionlint).toHaveProperty("path");
    else if (!isThere) console.warn(`Workflows are not linted: ${actionlint.missing}`);
  });

  test.skipIf(!isThere)("are sound, and so is every script in them", async () => {
    const files = ["github-false", "github-true"].flatMap((variant) =>
      WORKFLOWS.map((file) => join(variant, file)),
    );
    const own = packagePath(".github", "workflows", "ci.yml");
    const args = ["-shellcheck", join(lint, "shellcheck"), ...files, own];
    expect(await check((actionlint as { path: string }).path, args)).toEqual({ exitCode: 0, said: "" });
  });

  test.skipIf(!isThere)("would be found out if they were not", async () => {
    const [plan] = WORKFLOWS;
    const broken = join(dir, "broken.yml");

    const text = await readFile(join(dir, "github-true", plan!), "utf8");
    await writeFile(
      broken,
      text
        .replace("runs-on: ubuntu-24.04", "runs-on: ubuntu-1.0")
        .replace('[ -n "$comment" ]', "[ -n $comment ]"),
    );
    const { exitCode, said } = await check((actionlint as { path: string }).path, [
      "-shellcheck",
      join(lint, "shellcheck"),
      broken,
    ]);
    expect(exitCode).toBe(1);
    expect(said).toMatch(/ubuntu-1\.0/);
    expect(said).toMatch(/SC2070|SC2086/);
  });

  test("hold the published schema", async () => {
    const files = WORKFLOWS.map((file) => join("github-true", file));
    const args = ["--builtin-schema", "vendor.github-workflows", ...files];
    expect(await check(join(lint, "check-jsonschema"), args)).toMatchObject({ exitCode: 0 });
  });
});

interface CircleCi {
  readonly jobs: Record<string, { steps: (string | { run?: { command: string } })[] }>;
  readonly commands: Record<string, { steps: (string | { run?: { command: string } })[] }>;
}

describe("the CircleCI config", () => {
  const FILES = ["circleci-false", "circleci-true"].map((variant) => join(variant, ".circleci/config.yml"));

  test("holds CircleCI's published schema", async () => {
    const own = packagePath(".circleci", "config.yml");
    const args = ["--builtin-schema", "vendor.circle-ci", ...FILES, own];
    expect(await check(join(lint, "check-jsonschema"), args)).toMatchObject({ exitCode: 0 });
  });

  test("would be found out if it did not", async () => {
    const text = await readFile(join(dir, FILES[1]!), "utf8");
    await writeFile(join(dir, "broken-circleci.yml"), text.replace("executor: machine", "executr: machine"));
    const args = ["--builtin-schema", "vendor.circle-ci", "broken-circleci.yml"];
    expect((await check(join(lint, "check-jsonschema"), args)).exitCode).toBe(1);
  });

  test("has only scripts that shellcheck accepts", async () => {
    const config = await parseYaml<CircleCi>(await readFile(join(dir, FILES[1]!), "utf8"));
    const scripts = [...Object.values(config.jobs), ...Object.values(config.commands)]
      .flatMap(({ steps }) => steps)
      .flatMap((step) => (typeof step === "object" && step.run ? [step.run.command] : []));
    expect(scripts.length).toBeGreaterThan(8);
    const files = scripts.map((_, index) => join(dir, `circleci-${index}.sh`));
    // What CircleCI fills in before a shell sees it stands for a word.
    for (const [index, script] of scripts.entries())
      await writeFile(
        files[index]!,
        `#!/bin/bash\nset -eo pipefail\n${script.replace(/<<.*?>>/g, "word")}\n`,
      );
    // $PREFECT_FARGATE is a command and its arguments, to be split.
    const said = await check(join(lint, "shellcheck"), ["--exclude", "SC2086", ...files]);
    expect(said).toEqual({ exitCode: 0, said: "" });
  });
});

test("templates are YAML that holds as it stands", async () => {
  const files = (await readdir(join(dir, "templates"), { recursive: true })).filter((file) =>
    file.endsWith(".yml"),
  );
  expect(files).toHaveLength(4);
  for (const file of files)
    await expect(parseYaml(await readFile(join(dir, "templates", file), "utf8"))).resolves.toHaveProperty(
      "jobs",
    );
});

describe("the command, in a folder with nothing but a config", () => {
  const secretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:prefect-api-key-AbCdEf";
  const prod = { awsAccount: "111122223333", prefect: { apiKey: { secretArn } } };
  const WHOLE = {
    state: { bucket: "acme-terraform-state" },
    pipeline: { repository: "acme/data-platform" },
    environments: { prod },
  };
  const CIRCLECI = {
    organizationId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
    projectId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  };
  let project: string;
  beforeEach(async () => {
    project = await mkdtemp(join(dir, "project-"));
  });
  const run = async (config: object, ...args: string[]) => {
    await writeFile(join(project, "prefect-fargate.config.json"), JSON.stringify(config));
    return runBinary(["pipeline", ...args], { cwd: project });
  };
  const expectNothingWritten = async () =>
    expect(await readdir(project)).toEqual(["prefect-fargate.config.json"]);

  test("writes the workflows, and writes them anew", async () => {
    for (const _ of ["first", "again"]) {
      const { status, stdout } = await run(WHOLE, "github", "--access", "access");
      expect(stdout).toContain("environments prod and prod-approval");
      expect(status).toBe(0);
    }
    expect((await readdir(join(project, ".github", "workflows"))).toSorted()).toEqual(
      ["deploy", "drift", "plan"].map((name) => `prefect-fargate-${name}.yml`),
    );
    expect(await readFile(join(project, "access", "prod", "main.tf"), "utf8")).toContain(
      'module "pipeline_access"',
    );
  });

  test("replaces no file that somebody else wrote", async () => {
    await mkdir(join(project, ".circleci"));
    await writeFile(join(project, ".circleci", "config.yml"), "version: 2.1\n");
    const pipeline = { ...CIRCLECI, vcsOrigin: "github.com/acme/data-platform" };
    expectFailure(await run({ ...WHOLE, pipeline }, "circleci"), {
      code: "PIPELINE_NOT_OURS",
      says: ".circleci/config.yml was not written by prefect-fargate",
      hint: "Move .circleci/config.yml away",
    });
    expect(await readFile(join(project, ".circleci", "config.yml"), "utf8")).toBe("version: 2.1\n");
  });

  const cluster = { name: "shared" };
  test.each<[what: string, provider: string, config: object, expected: ExpectedFailure]>([
    [
      "another CI",
      "gitlab",
      WHOLE,
      {
        code: "PIPELINE_PROVIDER_UNKNOWN",
        says: "No pipeline is written for gitlab.",
        hint: "github or circleci",
      },
    ],
    [
      "a config without environments",
      "github",
      {},
      {
        code: "PIPELINE_NOT_READY",
        says: "no environments",
        hint: "environments: { prod: {} }",
      },
    ],
    [
      "environments that collide",
      "github",
      { ...WHOLE, environments: { dev: { ...prod, cluster }, prod: { ...prod, cluster } } },
      {
        code: "ENVIRONMENTS_COLLIDE",
        says: "The environments dev and prod would both have the ECS cluster shared.",
        hint: "Leave cluster.name out of environments.prod",
      },
    ],
    [
      "every repository of an owner",
      "github",
      { ...WHOLE, pipeline: { repository: "acme/*" } },
      {
        code: "CONFIG_INVALID",
        says: "AWS would trust other repositories too",
        hint: "Correct pipeline.repository",
      },
    ],
    [
      "every branch of a form",
      "github",
      { ...WHOLE, pipeline: { repository: "acme/data-platform", branch: "release/*" } },
      {
        code: "CONFIG_INVALID",
        says: "every branch of that form could deploy",
        hint: "Correct pipeline.branch",
      },
    ],
    [
      "every repository that CircleCI knows",
      "circleci",
      { ...WHOLE, pipeline: { ...CIRCLECI, vcsOrigin: "github.com/acme/*" } },
      {
        code: "CONFIG_INVALID",
        says: "AWS would trust other repositories too",
        hint: "Correct pipeline.vcsOrigin",
      },
    ],
    [
      "every project of an organization",
      "circleci",
      { ...WHOLE, pipeline: { organizationId: CIRCLECI.organizationId } },
      {
        code: "CONFIG_INVALID",
        says: "names only a part of what AWS has to know of CircleCI",
        hint: "Give organizationId, projectId and vcsOrigin",
      },
    ],
    [
      "rights that raise rights, for tasks",
      "github",
      { ...WHOLE, pipeline: { repository: "acme/data-platform", taskActions: ["iam:*"] } },
      {
        code: "CONFIG_INVALID",
        says: "would let whoever writes a flow raise their own rights",
        hint: "pipeline.taskActions",
      },
    ],
  ])("refuses %s with a sentence, and writes nothing", async (_what, provider, config, expected) => {
    expectFailure(await run(config, provider), expected);
    await expectNothingWritten();
  });
});
