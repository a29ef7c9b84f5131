import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DescribeLogGroupsCommand, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readGitHub } from "../helpers/github.ts";
import { environmentSubject, REPOSITORY } from "../helpers/pipeline-access.ts";
import { openPipelineStage, type PipelineStage } from "../helpers/pipeline-stage.ts";
import { runAs } from "../helpers/run-as.ts";

const ENVIRONMENT = "prod";
const PULL_REQUEST = `repo:${REPOSITORY}:pull_request`;
const BRANCH = `repo:${REPOSITORY}:ref:refs/heads/main`;
const WORKER_LOGS = "/prefect/dev-worker-prod/worker";

let pipeline: PipelineStage;

beforeAll(async () => {
  pipeline = await openPipelineStage({ environment: ENVIRONMENT, existingCluster: true });
});
afterAll(() => pipeline?.close());

const github = () => readGitHub(pipeline.githubFile);
const comments = () => github().comments.map(({ body }) => body);
const planPullRequest = (head: string) =>
  pipeline.run("plan", "plan", {
    subject: PULL_REQUEST,
    github: { event: { pull_request: { number: 7, head: { sha: head } } } },
  });
const planMerged = (sha: string) =>
  pipeline.run("deploy", `plan-${ENVIRONMENT}`, { subject: BRANCH, github: { sha, ref: "refs/heads/main" } });
const apply = (outputs: Readonly<Record<string, string>>) =>
  pipeline.run("deploy", `apply-${ENVIRONMENT}`, {
    subject: BRANCH,
    needs: { [`plan-${ENVIRONMENT}`]: { outputs } },
  });
const lookForDrift = () => pipeline.run("drift", `drift-${ENVIRONMENT}`, { subject: BRANCH });

async function retention(): Promise<number | undefined> {
  const { logGroups } = await pipeline.stage.aws.logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: WORKER_LOGS }),
  );
  return logGroups?.[0]?.retentionInDays;
}

describe("a pipeline's jobs, each under its role, with IAM deciding", () => {
  let reviewed: Readonly<Record<string, string>>;

  test("a pull request gets its plan as one comment, and a status for what is reviewed", async () => {
    const { status, log } = await planPullRequest("head-1");
    expect(log).toContain("Plan: done");
    expect(status).toBe(0);
    expect(comments()).toHaveLength(1);
    const [comment] = comments();
    expect(comment).toMatch(
      /^<!-- prefect-fargate plan -->\n### Plan of `prod`\n\n\*\*\d+ to create, work pool/,
    );
    expect(comment).toContain("+ worker dev-worker-prod");
    expect(comment).toMatch(/About \$\d+\.\d\d a month/);
    const [statusOfHead] = github().statuses["head-1"]!;
    expect(statusOfHead).toMatchObject({ context: "prefect-fargate plan prod" });
    expect(comment).toContain(`\`${statusOfHead!.description}\``);
  });

  test("after the merge the same plan is made again, and needs nobody", async () => {
    await merge("merge-1", "head-1");
    const run = await planMerged("merge-1");
    expect(run).toMatchObject({ status: 0, outputs: { reviewed: "true" } });
    expect(run.outputs.digest).toBe(github().statuses["head-1"]![0]!.description);
    expect(run.summary).toContain("### Plan of `prod`");
    reviewed = run.outputs;
  });

  test("it is applied, and the job ends when the worker is ONLINE", async () => {
    const run = await apply(reviewed);
    expect(run.log).toContain("dev-worker-prod is ONLINE");
    expect(run).toMatchObject({ status: 0, environment: ENVIRONMENT });
  });

  test("a look for drift finds none, and says nothing", async () => {
    expect(await lookForDrift()).toMatchObject({ status: 0 });
    expect(github().issues).toEqual([]);
  });

  test("what somebody changes behind Terraform's back is found: the job fails and opens an issue", async () => {
    await pipeline.stage.aws.logs.send(
      new PutRetentionPolicyCommand({ logGroupName: WORKER_LOGS, retentionInDays: 3 }),
    );
    expect(await lookForDrift()).toMatchObject({ status: 1 });
    const [issue, ...more] = github().issues;
    expect(more).toEqual([]);
    expect(issue).toMatchObject({ state: "open", title: "Drift: prod is not what the config says" });
    expect(issue!.body).toContain("retention_in_days: 3 → 30");
  });

  test("a plan that nobody reviewed goes to the environment that asks, and the reviewed one is refused", async () => {
    await merge("merge-2", "head-1");
    const unasked = await planMerged("merge-2");
    expect(unasked.status).toBe(1);
    expect(unasked.log).toContain(
      "::error::Nobody reviewed this plan, and the environment prod-approval has no",
    );

    await writeFile(pipeline.githubFile, JSON.stringify({ ...github(), reviewed: ["prod-approval"] }));
    const now = await planMerged("merge-2");
    expect(now).toMatchObject({ status: 0, outputs: { reviewed: "false" } });

    const refused = await apply({ digest: reviewed.digest!, reviewed: "true" });
    expect(refused.status).not.toBe(0);
    expect(refused.log).toContain("PLAN_DIFFERS: What would be applied is not the plan that was reviewed");
    expect(await retention()).toBe(3);

    const approved = await apply(now.outputs);
    expect(approved).toMatchObject({ status: 0, environment: "prod-approval" });
    expect(await retention()).toBe(30);
  });

  test("the issue is closed when AWS is again what the config says", async () => {
    expect(await lookForDrift()).toMatchObject({ status: 0 });
    expect(github().issues).toMatchObject([{ state: "closed" }]);
  });

  test("the comment is kept up to date, not written again", async () => {
    expect(await planPullRequest("head-2")).toMatchObject({ status: 0 });
    expect(comments()).toHaveLength(1);
    expect(comments()[0]).toContain("Nothing to do");
  });
});

describe("the flows job", () => {
  test("builds, pushes, and deploys what prefect.yaml describes, with the image by its digest", async () => {
    await writeFile(join(pipeline.stage.dir, "flows.py"), FLOW);
    await writeFile(join(pipeline.stage.dir, "prefect.yaml"), PREFECT_YAML);
    const run = await pipeline.run("deploy", `flows-${ENVIRONMENT}`, {
      subject: BRANCH,
      github: { sha: "merge-2" },
    });
    expect(run.log).toContain("nightly");
    expect(run).toMatchObject({ status: 0, environment: ENVIRONMENT });
    const answer = await fetch(`${pipeline.stage.server.url}/deployments/name/report/nightly`);
    expect(await answer.text()).toMatch(
      /"image":"000000000000\.dkr\.ecr\.us-east-1\.amazonaws\.com\/prefect-flows@sha256:[0-9a-f]{64}"/,
    );
  });
});

describe("the check job", () => {
  test("validates, rehearses, and scans the Terraform with the real checkov", async () => {
    const run = await pipeline.run("plan", "check", { subject: PULL_REQUEST });
    expect(run.log).toContain("ONLINE");
    expect(run.log).toContain("Failed checks: 0");
    expect(run.status).toBe(0);
  });
});

describe("CircleCI's jobs, when a team has moved there", () => {
  let run: Awaited<ReturnType<PipelineStage["moveToCircleCi"]>>;
  const MAIN = { branch: "main", sha: "merge-3" };
  beforeAll(async () => {
    run = await pipeline.moveToCircleCi();
  });

  test("a pull request's plan is made by the plan role, and goes into the one comment", async () => {
    const event = { branch: "feature", pullRequest: `https://github.com/${REPOSITORY}/pull/7` };
    const planned = await run("review", `plan-${ENVIRONMENT}`, event);
    expect(planned.log).toContain("### Plan of `prod`");
    expect(planned.status).toBe(0);
    expect(await run("review", "comment", event)).toMatchObject({ status: 0 });
    expect(comments()).toHaveLength(1);
    expect(comments()[0]).toContain("Nothing to do");
  });

  test("after the merge the plan is said to be the one that was shown", async () => {
    await merge("merge-3", "head-2");
    const { status, log } = await run("deploy", `plan-${ENVIRONMENT}`, MAIN);
    expect(log).toContain("This is the plan that was shown in pull request 7.");
    expect(status).toBe(0);
  });

  test("it is applied by the apply role, which another branch cannot have", async () => {
    const { status, log } = await run("deploy", `apply-${ENVIRONMENT}`, MAIN);
    expect(log).toContain("dev-worker-prod is ONLINE");
    expect(status).toBe(0);
    const refused = await run("deploy", `apply-${ENVIRONMENT}`, { branch: "feature" });
    expect(refused.status).not.toBe(0);
  });

  test("a look for drift finds none, and then what somebody changed", async () => {
    expect(await run("drift", `drift-${ENVIRONMENT}`, MAIN)).toMatchObject({ status: 0 });
    await pipeline.stage.aws.logs.send(
      new PutRetentionPolicyCommand({ logGroupName: WORKER_LOGS, retentionInDays: 3 }),
    );
    const found = await run("drift", `drift-${ENVIRONMENT}`, MAIN);
    expect(found.status).toBe(2);
    expect(found.log).toContain("retention_in_days: 3 → 30");
  });

  test("a plan that nobody has seen is said to be one", async () => {
    const { log } = await run("deploy", `plan-${ENVIRONMENT}`, MAIN);
    expect(log).toContain("No pull request has shown this plan: read it before you approve it.");
  });
});

describe("the apply role", () => {
  test("removes the system that it deployed", async () => {
    await pipeline.moveToGitHub();
    const { env } = await pipeline.become("apply", { sub: environmentSubject("prod") });
    const { status, log } = await runAs(pipeline.stage, env, ["destroy", "--env", ENVIRONMENT, "--yes"]);
    expect(log).not.toContain("AccessDenied");
    expect(status).toBe(0);
  });
});

const FLOW = `from prefect import flow


@flow
def report():
    print("made")
`;
const PREFECT_YAML = `deployments:
  - name: nightly
    entrypoint: flows.py:report
    work_pool:
      name: ecs-work-pool-prod
      job_variables:
        image: "{{ $FLOWS_IMAGE }}"
`;

/** A commit on the branch that came from this head of a pull request. */
async function merge(sha: string, head: string): Promise<void> {
  const state = github();
  await writeFile(pipeline.githubFile, JSON.stringify({ ...state, pulls: { ...state.pulls, [sha]: head } }));
}
