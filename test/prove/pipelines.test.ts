import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DescribeLogGroupsCommand, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readGitHub } from "../helpers/github.ts";
import { environmentSubject, REPOSITORY } from "../helpers/pipeline-access.ts";
import { keepStateInBucket, openPipelineStage, type PipelineStage } from "../helpers/pipeline-stage.ts";
import { runAs } from "../helpers/run-as.ts";

const ENVIRONMENT = "prod";
const PULL_REQUEST = `repo:${REPOSITORY}:pull_request`;
const BRANCH = `repo:${REPOSITORY}:ref:refs/heads/main`;
const WORKER_LOGS = "/prefect/dev-worker-prod/worker";

let pipeline: PipelineStage;

beforeAll(async () => {
  pipeline = await openPipelineStage(ENVIRONMENT);
  const folder = join(pipeline.stage.dir, `.prefect-fargate.${ENVIRONMENT}`);
  await keepStateInBucket(folder, pipeline.config, pipeline.stage.cloud.emulator.url);
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

describe("the apply role", () => {
  test("removes the system that it deployed", async () => {
    const { env } = await pipeline.become("apply", { sub: environmentSubject("prod") });
    const { status, log } = await runAs(pipeline.stage, env, ["destroy", "--env", ENVIRONMENT, "--yes"]);
    expect(log).not.toContain("AccessDenied");
    expect(status).toBe(0);
  });
});

/** A commit on the branch that came from this head of a pull request. */
async function merge(sha: string, head: string): Promise<void> {
  const state = github();
  await writeFile(pipeline.githubFile, JSON.stringify({ ...state, pulls: { ...state.pulls, [sha]: head } }));
}
