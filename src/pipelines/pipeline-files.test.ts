import { describe, expect, it } from "vitest";
import { pipelineEnvironments } from "../../test/helpers/pipeline-environments.ts";
import { PIPELINE_PROVIDERS } from "./assert-ready.ts";
import { ACCEPTED_FINDINGS, pipelineFiles } from "./pipeline-files.ts";

const FIXTURES = "../../test/fixtures/pipelines";

/** Every form that a pipeline takes. */
const VARIANTS = PIPELINE_PROVIDERS.flatMap((provider) => [
  { provider, scenario: "one-environment", names: ["prod"], flows: false },
  { provider, scenario: "three-environments-with-flows", names: ["dev", "staging", "prod"], flows: true },
]);

describe.each(VARIANTS)("a pipeline for $provider of $scenario", ({ provider, scenario, names, flows }) => {
  const files = pipelineFiles(provider, pipelineEnvironments(names, { provider, flows }), "1.2.3");

  it.each(Object.entries(files))("has %s as it was reviewed", async (path, text) => {
    await expect(text).toMatchFileSnapshot(`${FIXTURES}/${provider}/${scenario}/${path.replace(/^\./, "")}`);
  });

  it("leaves no hole and no mark", () => {
    for (const text of Object.values(files)) expect(text).not.toMatch(/__|# \[/);
  });

  it("keeps no AWS key and gives the Prefect key to nothing but the steps that ask Prefect", () => {
    for (const text of Object.values(files)) {
      expect(text).not.toMatch(/AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)|aws-(access-key-id|secret-access-key)/);
      expect(text).not.toMatch(/TF_VAR_/);
    }
  });
});

describe("GitHub workflows", () => {
  const files = pipelineFiles(
    "github",
    pipelineEnvironments(["dev", "prod"], { provider: "github", flows: true }),
    "1.2.3",
  );
  const all = Object.values(files).join("\n");

  it("use actions by the commit of a release", () => {
    const uses = [...all.matchAll(/^ +(?:- )?uses: (\S+)(.*)$/gm)];
    expect(uses.length).toBeGreaterThan(10);
    for (const [, action, comment] of uses) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40}$/);
      expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
    }
  });

  it("start from no permission, and take few", () => {
    for (const text of Object.values(files)) expect(text).toMatch(/^permissions: \{\}$/m);
    const granted = [...all.matchAll(/^ {6}([a-z-]+): (read|write)$/gm)].map(
      ([, what, how]) => `${what}: ${how}`,
    );
    expect([...new Set(granted)].toSorted()).toEqual([
      "actions: read",
      "contents: read",
      "id-token: write",
      "issues: write",
      "pull-requests: read",
      "pull-requests: write",
      "statuses: read",
      "statuses: write",
    ]);
    expect(files[".github/workflows/prefect-fargate-deploy.yml"]).not.toContain("pull-requests: write");
  });

  it("end every job in time", () => {
    const jobs = all.match(/^ {4}runs-on:/gm)!.length;
    expect(all.match(/^ {4}timeout-minutes: \d+$/gm)).toHaveLength(jobs);
  });

  it("never apply twice at once, and stop no apply half-way", () => {
    const deploy = files[".github/workflows/prefect-fargate-deploy.yml"]!;
    expect(deploy).toMatch(
      /^concurrency:\n {2}group: prefect-fargate-deploy\n {2}cancel-in-progress: false$/m,
    );
    expect(
      deploy.match(/group: prefect-fargate-apply-(dev|prod)\n {6}cancel-in-progress: false/g),
    ).toHaveLength(2);
  });

  it("deploy one environment after another", () => {
    const deploy = files[".github/workflows/prefect-fargate-deploy.yml"]!;
    expect([...deploy.matchAll(/needs: \["([\w-]+)"\]/g)].map(([, job]) => job)).toEqual([
      "plan-dev",
      "apply-dev",
      "apply-dev",
      "plan-prod",
      "apply-prod",
    ]);
  });

  it("run nothing that a pull request's author writes", () => {
    for (const [, script] of all.matchAll(/^ +run: [|>]?-?\n?((?: {10,}.*\n)+|.*\n)/gm))
      expect(script).not.toMatch(/\$\{\{/);
  });
});

it.each([
  ["github", ".github/workflows/prefect-fargate-deploy.yml", "runs-on: ubuntu-24.04-arm"],
  ["circleci", ".circleci/config.yml", "machine: arm.medium"],
] as const)("the image of flows on arm64 is built on %s by a machine of theirs", (provider, path, line) => {
  const workers = { etl: { architecture: "arm64" as const } };
  const environments = pipelineEnvironments(["prod"], { provider, flows: true, workers });
  expect(pipelineFiles(provider, environments)[path]!.split(line)).toHaveLength(2);
});

it("the apply role runs nothing that another branch put into a cache", () => {
  const [text] = Object.values(
    pipelineFiles("circleci", pipelineEnvironments(["prod"], { provider: "circleci", flows: true })),
  );
  const [, jobs = ""] = /^jobs:\n([\s\S]*?)^workflows:/m.exec(text!) ?? [];
  const steps = (job: string) =>
    new RegExp(`^  ${job}:\\n([\\s\\S]*?)(?=^  \\w|(?![\\s\\S]))`, "m").exec(jobs)![1];
  for (const job of ["apply", "flows"]) expect(steps(job)).not.toMatch(/prepare|restore_cache/);
  expect(steps("check")).toContain("- prepare");
});

describe("a pipeline is refused", () => {
  const refusal = (provider: "github" | "circleci", environments: Parameters<typeof pipelineFiles>[1]) => {
    try {
      pipelineFiles(provider, environments);
    } catch (error) {
      const { code, message, details, hint } = error as Record<string, string> & { details: string[] };
      return [`${code}: ${message}`, ...details!, `→ ${hint}`].join("\n");
    }
    return "It was written.";
  };

  it("without environments", () => {
    expect(refusal("github", {})).toMatchInlineSnapshot(`
      "PIPELINE_NOT_READY: The config describes one system and no environments.
      → Add environments: { prod: {} } to the config; prefect-fargate init writes one"
    `);
  });

  it("where a pipeline could not deploy: no account, a key to write, a state on a disk", () => {
    const { prod } = pipelineEnvironments(["prod"], { provider: "github" });
    const bare = {
      ...prod!,
      awsAccount: undefined,
      state: undefined,
      prefect: { ...prod!.prefect, apiKey: { secretName: "key" } },
    };
    expect(refusal("github", { prod: bare })).toMatchInlineSnapshot(`
      "PIPELINE_NOT_READY: The AWS account of prod is not named, and so neither are the roles of its pipeline.
      In prod Terraform would write the Prefect API key, which a pipeline does not have.
      The Terraform state of prod lies on one machine, which a pipeline is not.
      → Add awsAccount: "123456789012" to environments.prod"
    `);
  });

  it("whose flows would need two images", () => {
    const workers = { etl: {}, reports: { workPool: "arm", flows: { architecture: "arm64" as const } } };
    const environments = pipelineEnvironments(["prod"], { provider: "github", flows: true, workers });
    expect(refusal("github", environments)).toMatchInlineSnapshot(`
      "PIPELINE_NOT_READY: In prod some flows run on x86_64 and some on arm64, and the pipeline builds one image for all.
      → Give the workers' flows one architecture, or leave pipeline.flowsRepository out"
    `);
    expect(refusal("github", pipelineEnvironments(["prod"], { provider: "github", workers }))).toBe(
      "It was written.",
    );
  });

  it("for another CI than the one that is trusted", () => {
    expect(
      refusal("circleci", pipelineEnvironments(["prod"], { provider: "github" })),
    ).toMatchInlineSnapshot(`
      "PIPELINE_NOT_READY: Nothing says which CircleCI project may deploy prod.
      → Add pipeline: { organizationId: "…", projectId: "…", vcsOrigin: "github.com/owner/name" }; the first two are UUIDs from CircleCI's settings"
    `);
  });
});

it("gives a reason for each finding of the scan that is accepted", () => {
  for (const [check, reason] of Object.entries(ACCEPTED_FINDINGS)) {
    expect(check).toMatch(/^CKV2?_AWS_\d+$/);
    expect(reason).toMatch(/^[A-Z].{20,}\.$/);
  }
});
