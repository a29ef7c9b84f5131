import { describe, expect, it } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import type { ConfigInput } from "#config/schema.ts";
import { judgeArchitecture } from "./architecture.ts";
import { judgeClock } from "./clock.ts";
import { isOnDockerHub, judgePulls } from "./docker-hub.ts";
import { judgeWays } from "./network.ts";
import { judgeDecisions } from "./permissions.ts";
import { versionFinding } from "./prefect-access.ts";
import { judgePlan } from "./prefect-plan.ts";
import { judgeFargate } from "./quotas.ts";
import { judgeZones } from "./region.ts";

const config = (input: ConfigInput) => resolveConfig(input, "test", {});
const ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com/flows:1";

describe("the clock", () => {
  it.each([
    [0, "ok"],
    [29_000, "ok"],
    [-31_000, "warning"],
    [299_000, "warning"],
    [301_000, "problem"],
    [-3_600_000, "problem"],
  ])("%i ms off is %s", (ms, status) => {
    expect(judgeClock(ms).status).toBe(status);
  });

  it("says in which direction it is off", () => {
    expect(judgeClock(90_000).message).toContain("90 s ahead");
    expect(judgeClock(-90_000).message).toContain("90 s behind");
  });
});

describe("zones", () => {
  const zones = ["us-west-1a", "us-west-1c"];
  const of = (availabilityZones: number) =>
    judgeZones(zones, { ...config({ network: { availabilityZones } }), region: "us-west-1" });

  const namesOf = (availabilityZones: string[]) =>
    judgeZones(zones, config({ region: "us-west-1", network: { availabilityZones } }));

  it("suffice, or the number that would is said", () => {
    expect(of(2).status).toBe("ok");
    expect(of(3)).toMatchObject({
      status: "problem",
      fix: "Set network.availabilityZones: 2, or use another region",
    });
  });

  it("that are named must be there", () => {
    expect(namesOf(["us-west-1a", "us-west-1c"]).status).toBe("ok");
    expect(namesOf(["us-west-1a", "us-west-1b"])).toMatchObject({
      status: "problem",
      message: expect.stringContaining("us-west-1b of the config is none of them"),
    });
  });
});

describe("a VPC's ways out", () => {
  it("need a public address where they are Internet gateways", () => {
    const ways = [["subnet-1", "internet gateway"]] as const;
    expect(judgeWays("vpc-1", ways, true).status).toBe("ok");
    expect(judgeWays("vpc-1", ways, false)).toMatchObject({
      status: "problem",
      fix: expect.stringContaining("assignPublicIp: true"),
    });
  });

  it("may be missing where endpoints serve, which is worth a word", () => {
    expect(
      judgeWays(
        "vpc-1",
        [
          ["subnet-1", "none"],
          ["subnet-2", "other"],
        ],
        false,
      ),
    ).toMatchObject({
      status: "warning",
      message: expect.stringContaining("subnet-1 have no default route"),
    });
  });
});

describe("Docker Hub", () => {
  it.each([
    ["prefecthq/prefect:3-latest", true],
    ["python", true],
    ["docker.io/prefecthq/prefect:2-latest", true],
    ["index.docker.io/acme/flows:1", true],
    [ECR, false],
    ["ghcr.io/acme/flows:1", false],
    ["localhost/flows:1", false],
    ["registry:5000/flows:1", false],
  ])("%s: %s", (image, isThere) => {
    expect(isOnDockerHub(image)).toBe(isThere);
  });

  it("limits flow runs behind one NAT gateway, not tasks with addresses of their own, nor workers alone", () => {
    expect(judgePulls(config({})).status).toBe("warning");
    expect(judgePulls(config({ network: { kind: "existing", assignPublicIp: true } })).status).toBe("ok");
    expect(judgePulls(config({ workers: { w: { flows: { image: ECR } } } })).status).toBe("ok");
    expect(judgePulls(config({ workers: { w: { image: ECR, extraPipPackages: [] } } })).message).toContain(
      "No image comes from Docker Hub",
    );
  });
});

describe("architecture", () => {
  it("matters for images of one's own that are built on another one", () => {
    const own = config({ workers: { w: { flows: { image: ECR } } } });
    expect(judgeArchitecture(config({}), "arm64").status).toBe("ok");
    expect(judgeArchitecture(own, "x64").status).toBe("ok");
    expect(judgeArchitecture(own, "arm64")).toMatchObject({
      status: "warning",
      fix: expect.stringContaining("--platform linux/amd64"),
    });
  });
});

describe("Fargate's quota", () => {
  const six = { value: 6, isOwn: true };

  it("leaves room for flow runs, or too little of it", () => {
    expect(judgeFargate(six, config({}))).toMatchObject({
      status: "ok",
      message: expect.stringContaining("room for 11 flow runs of 0.5"),
    });
    const large = config({ workers: { w: { flows: { cpu: 2048, memoryMiB: 4096 } } } });
    expect(judgeFargate(six, large).status).toBe("warning");
    const many = config({ workers: { w: { desiredCount: 12 } } });
    expect(judgeFargate(six, many)).toMatchObject({
      status: "problem",
      fix: expect.stringMatching(/--quota-code L-3032A538 --desired-value 24$/),
    });
  });

  it("is called AWS's usual one where the account's own cannot be read", () => {
    expect(judgeFargate({ value: 6, isOwn: false }, config({})).message).toContain("AWS's usual limit");
  });
});

describe("IAM's decisions", () => {
  it("are counted when all is allowed, and listed with who decided when not", () => {
    expect(
      judgeDecisions([
        { action: "ecs:RunTask", decision: "allowed" },
        { action: "iam:PassRole", decision: "allowed" },
      ]),
    ).toMatchObject({
      status: "ok",
      message: "IAM allows each of the 2 actions of a deploy.",
    });
    expect(
      judgeDecisions([
        { action: "ec2:CreateVpc", decision: "allowed" },
        { action: "iam:CreateRole", decision: "implicitDeny", by: "the permissions boundary" },
        { action: "iam:PassRole", decision: "explicitDeny" },
      ]),
    ).toMatchObject({
      status: "problem",
      message: "IAM would refuse 2 of the 3 actions of a deploy.",
      details: ["iam:CreateRole by the permissions boundary", "iam:PassRole (denied outright)"],
    });
  });
});

describe("Prefect", () => {
  it("of the server must be that of the workers", () => {
    expect(versionFinding("3.8.8", 3)).toEqual([]);
    expect(versionFinding("2.20.26", 3)).toMatchObject([
      { status: "problem", fix: expect.stringMatching(/prefect\.version: 2/) },
    ]);
  });

  it("plans are judged by their names, and not at all where Prefect does not tell", () => {
    expect(judgePlan("HOBBY").status).toBe("warning");
    expect(judgePlan("PERSONAL").status).toBe("warning");
    expect(judgePlan("STARTER").status).toBe("ok");
    expect(judgePlan(undefined).status).toBe("skipped");
  });
});
