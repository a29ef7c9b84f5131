import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packagePath } from "#package";
import { PIPELINE_PROVIDERS } from "#pipelines/assert-ready.ts";
import { pipelineFiles } from "#pipelines/pipeline-files.ts";
import { preparePython } from "#rehearsal/python.ts";
import { silentReporter } from "#reporter";
import { findActionlint } from "../helpers/actionlint.ts";
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
