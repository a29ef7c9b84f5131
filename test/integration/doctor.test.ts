import { AllocateAddressCommand, ReleaseAddressCommand } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployActions } from "#actions/doctor/deploy-actions.ts";
import { resourceKinds } from "#actions/doctor/resource-kinds.ts";
import type { DoctorLine, DoctorReport } from "#actions/doctor.ts";
import { resolveConfig } from "#config/resolve-config.ts";
import type { ConfigInput } from "#config/schema.ts";
import { stockTemplate } from "#prefect/job-template.ts";
import { iamUser } from "../helpers/iam-user.ts";
import { added, inventory } from "../helpers/inventory.ts";
import { scriptedServer } from "../helpers/scripted-server.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

type Env = Record<string, string | undefined>;

let stage: Stage;
/** May do what doctor says a deploy needs, and nothing else. */
let deployer: Env;

beforeAll(async () => {
  stage = await openStage({ version: 3, authorize: true });
  const kinds = [...(await resourceKinds(resolveConfig(stage.config(), "stage", {})))];
  deployer = await iamUser(stage.aws, "deployer", deployActions(kinds));
});
afterAll(() => stage?.close());

async function examine(env: Env = {}, config: ConfigInput = {}): Promise<DoctorReport & { status: number }> {
  await stage.configure(config);
  const { stdout, status } = await stage.cli(["doctor", "--json"], { env: { ...deployer, ...env } });
  return { ...(JSON.parse(stdout) as DoctorReport), status };
}

const linesOf = (report: DoctorReport, check: string): DoctorLine[] =>
  report.lines.filter((line) => line.check === check);
const line = (report: DoctorReport, check: string): DoctorLine => linesOf(report, check)[0]!;
const problems = (report: DoctorReport): string[] =>
  report.lines.filter(({ status }) => status === "problem").map(({ check }) => check);

describe("doctor", () => {
  it("finds nothing wrong where a deploy would succeed, and creates nothing", async () => {
    const before = await inventory(stage.aws);
    const report = await examine();
    expect(problems(report)).toEqual([]);
    expect(report.status).toBe(0);
    for (const check of [
      "Terraform",
      "AWS identity",
      "region",
      "permissions",
      "quotas",
      "network",
      "Prefect API",
    ])
      expect(line(report, check).status, check).toBe("ok");
    expect(line(report, "AWS identity").message).toMatch(/^user deployer in account 000000000000/);
    expect(line(report, "work pool").message).toBe("ecs-work-pool does not exist yet: deploy makes it.");
    expect(added(before, await inventory(stage.aws))).toEqual({});
    expect(await stage.prefect.listWorkPools()).toEqual([]);
  });

  it("prints a line for each, with what to type below what is wrong", async () => {
    await stage.configure({ network: { kind: "existing", assignPublicIp: false } });
    const { stdout, status } = await stage.cli(["doctor"], { env: deployer });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ok {7}Terraform {5}/);
    expect(stdout).toMatch(
      /\nPROBLEM {2}network .*only with a public address\.\n +→ Set network\.assignPublicIp: true/,
    );
    expect(stdout).toMatch(/\n1 problem, \d warnings?\. Nothing was created\.\nNext: mend it, then/);
  });
});

describe("AWS", () => {
  it("names the actions that IAM would refuse", async () => {
    const kinds = [...(await resourceKinds(resolveConfig(stage.config(), "stage", {})))];
    const missing = ["ecs:CreateService", "iam:PassRole"];
    const allowed = deployActions(kinds).filter((action) => !missing.includes(action));
    const report = await examine(await iamUser(stage.aws, "weak", allowed));
    expect(line(report, "permissions")).toMatchObject({ status: "problem", details: missing });
    expect(report.status).toBe(1);
  });

  it("says that nothing was looked at where IAM may not be asked", async () => {
    const env = await iamUser(stage.aws, "blind", ["sts:GetCallerIdentity"]);
    const report = await examine(env);
    expect(line(report, "permissions")).toMatchObject({
      status: "skipped",
      message: expect.stringMatching(/SimulatePrincipalPolicy/),
    });
    expect(line(report, "region").status).toBe("skipped");
    expect(line(report, "quotas")).toMatchObject({
      status: "ok",
      message: expect.stringMatching(/AWS's usual limit/),
    });
  });

  it("refuses keys that AWS does not know, and looks no further there", async () => {
    const report = await examine({
      AWS_ACCESS_KEY_ID: "AKIAUNKNOWNUNKNOWNUN",
      AWS_SECRET_ACCESS_KEY: "wrong",
    });
    expect(problems(report)).toEqual(["AWS identity"]);
    expect(line(report, "AWS identity").message).toContain("does not know these credentials");
    for (const check of ["region", "permissions", "quotas", "network"])
      expect(line(report, check).status).toBe("skipped");
  });

  it("has credentials to be asked for", async () => {
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_PROFILE: "nobody" };
    const report = await examine(none);
    expect(line(report, "AWS identity")).toMatchObject({
      status: "problem",
      fix: expect.stringMatching(/aws configure sso/),
    });
  });

  it("is another account than the config's", async () => {
    const report = await examine({}, { awsAccount: "123456789012" });
    expect(line(report, "AWS identity")).toMatchObject({
      status: "problem",
      message: expect.stringMatching(/the config is for account 123456789012/),
    });
  });

  it("has no Elastic IP left for a new VPC", async () => {
    const { ec2 } = stage.aws;
    const taken = await Promise.all(
      Array.from({ length: 5 }, () => ec2.send(new AllocateAddressCommand({}))),
    );
    const report = await examine({}, { network: { kind: "new" } });
    await Promise.all(taken.map(({ AllocationId }) => ec2.send(new ReleaseAddressCommand({ AllocationId }))));
    expect(linesOf(report, "quotas").map(({ status }) => status)).toEqual(["ok", "ok", "problem", "ok"]);
    expect(linesOf(report, "quotas")[2]).toMatchObject({
      message: "5 of 5 Elastic IPs are used, and a new VPC takes one.",
      fix: expect.stringContaining("--quota-code L-0263D0A3 --desired-value 10"),
    });
  });

  it("does not have the VPC that the config names", async () => {
    const report = await examine({}, { network: { kind: "existing", vpcId: "vpc-0a1b2c3d4e5f60718" } });
    expect(line(report, "network")).toMatchObject({
      status: "problem",
      message: expect.stringMatching(/vpc-0a1b2c3d4e5f60718/),
    });
  });

  it("tells another time than this machine", async () => {
    const anHourAgo = () => new Date(Date.now() - 3_600_000).toUTCString();
    const server = await scriptedServer((answer) => answer.writeHead(302, { date: anHourAgo() }).end());
    const report = await examine({ AWS_ENDPOINT_URL: server.origin });
    await server.stop();
    expect(line(report, "clock")).toMatchObject({
      status: "problem",
      message: expect.stringMatching(/clock is 360\d s ahead/),
    });
  });

  it("cannot be reached", async () => {
    const report = await examine({ AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    expect(line(report, "AWS identity").message).toContain("connection refused");
    expect(line(report, "clock").status).toBe("skipped");
  });
});

describe("Prefect", () => {
  it("refuses the key", async () => {
    const report = await examine({ PREFECT_API_KEY: `pnu_${"0".repeat(36)}` });
    expect(problems(report)).toEqual(["Prefect API"]);
    expect(line(report, "Prefect API").message).toContain("refuses the API key (401)");
    expect(linesOf(report, "work pool")).toEqual([]);
  });

  it("misses the key", async () => {
    const report = await examine({ PREFECT_API_KEY: undefined });
    expect(line(report, "Prefect API")).toMatchObject({
      status: "problem",
      fix: expect.stringMatching(/prefect cloud login/),
    });
  });

  it("knows the account but not the workspace, and lists those there are", async () => {
    const workspaceId = "00000000-0000-4000-8000-000000000000";
    const report = await examine({}, { prefect: { workspaceId } });
    expect(line(report, "Prefect API")).toMatchObject({
      status: "problem",
      message: expect.stringContaining(`no workspace ${workspaceId}`),
      details: [expect.stringContaining(stage.cloud.workspaceId)],
    });
  });

  it("does not know the account", async () => {
    const accountId = "00000000-0000-4000-8000-000000000000";
    const report = await examine({}, { prefect: { accountId } });
    expect(line(report, "Prefect API").message).toContain(`does not belong to account ${accountId}`);
  });

  it("is a server of another major version than the workers", async () => {
    const apiUrl = `${stage.server.uiUrl}/api`;
    const own = { version: 2, apiUrl, accountId: undefined, workspaceId: undefined } as const;
    const report = await examine({}, { prefect: own });
    expect(linesOf(report, "Prefect API")).toMatchObject([
      { status: "ok" },
      {
        status: "problem",
        message: expect.stringMatching(/^The server is Prefect 3\..*workers are Prefect 2/),
      },
    ]);
  });

  it("has a pool of that name for another kind of worker, or one that is paused", async () => {
    const baseJobTemplate = stockTemplate(3);
    await stage.prefect.createWorkPool({ name: "theirs", type: "process", baseJobTemplate });
    await stage.prefect.createWorkPool({ name: "resting", type: "ecs", baseJobTemplate, paused: true });
    const report = await examine(
      {},
      { workers: { one: { workPool: "theirs" }, two: { workPool: "resting" } } },
    );
    expect(linesOf(report, "work pool")).toMatchObject([
      { status: "problem", message: expect.stringMatching(/theirs is of type process, not ecs/) },
      { status: "warning", message: "The work pool resting is paused." },
    ]);
    expect(line(report, "Prefect plan")).toMatchObject({
      status: "ok",
      message: expect.stringMatching(/is for them/),
    });
  });
});
