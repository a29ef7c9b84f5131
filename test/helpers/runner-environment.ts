import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "#engine/cache-dir.ts";
import { packagePath } from "#package";
import { findUv } from "#rehearsal/find-uv.ts";
import { preparePython } from "#rehearsal/python.ts";
import { silentReporter } from "#reporter";
import type { Stage } from "./stage.ts";

/** Of the stage's own environment: a runner gets keys from the exchange of its token, and from its secrets. */
const NOT_A_RUNNERS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PREFECT_API_KEY"];

/** How this machine reaches PyPI. */
const OF_PYPI = /^(UV|PIP|SSL_CERT)_/;

/**
 * What a CI's machine has: the stage's endpoints, no key, and the programs that jobs call. Those that lead out of the machine (gh and
 * curl to GitHub, docker, aws to a registry) are stood in for by `test/fixtures/pipelines/programs`.
 *
 * @param dir where GitHub's and the registry's stand-ins keep what they know
 */
export async function runnerEnvironment(
  stage: Stage,
  dir: string,
  githubFile: string,
): Promise<Record<string, string>> {
  const registry = join(dir, "registry");
  await mkdir(registry, { recursive: true });
  const python = await preparePython(silentReporter);
  const env = Object.entries(stage.env).filter(([name]) => !NOT_A_RUNNERS.includes(name));
  const pypi = Object.entries(process.env).flatMap(([name, value]) =>
    OF_PYPI.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries([...env, ...pypi]),
    PATH: `${packagePath("test", "fixtures", "pipelines", "programs")}:${stage.env.PATH}`,
    // Terraform's backend exchanges a token at the address of STS, and knows no other than STS's own.
    AWS_ENDPOINT_URL_STS: stage.env.AWS_ENDPOINT_URL!,
    TEST_CLI: packagePath("src", "cli", "main.ts"),
    TEST_GITHUB: packagePath("test", "helpers", "github.ts"),
    TEST_GITHUB_STATE: githubFile,
    TEST_NODE: process.execPath,
    TEST_PREFECT: join((await python.environment("prefect-3")).bin, "prefect"),
    TEST_PYTHON: python.interpreter.path,
    TEST_REGISTRY: registry,
    TEST_UV: await findUv(python.interpreter, cacheDirectory(), process.env),
  };
}
