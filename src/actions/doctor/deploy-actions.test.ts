import { glob, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { packagePath } from "#package";
import { deployActions, KNOWN_KINDS } from "./deploy-actions.ts";
import { kindsIn, resourceKinds } from "./resource-kinds.ts";

/** IAM's prefix for a service's actions, by the package of its client. */
const PREFIXES: Readonly<Record<string, string>> = {
  "cloudwatch-logs": "logs",
  eventbridge: "events",
  "secrets-manager": "secretsmanager",
  "service-quotas": "servicequotas",
};
/** Where IAM calls an action otherwise than the API does. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const RENAMED: Readonly<Record<string, string>> = {
  "s3:HeadBucket": "s3:ListBucket",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:HeadObject": "s3:GetObject",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
};

async function sources(pattern: string): Promise<[file: string, text: string][]> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: packagePath() })) files.push(file);
  return Promise.all(
    files.sort().map(async (file) => [file, await readFile(packagePath(file), "utf8")] as [string, string]),
  );
}

/** `ecs:DescribeTasks` for each command or paginator that a file imports from an AWS client. */
function callsIn(text: string): string[] {
  const imports = text.matchAll(/import (?:type )?\{([^}]*)\} from "@aws-sdk\/client-([\w-]+)"/g);
  return [...imports].flatMap(([, names = "", client = ""]) =>
    [...names.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)]
      .map(([, command, paged]) => `${PREFIXES[client] ?? client}:${command ?? paged}`)
      .map((action) => RENAMED[action] ?? action),
  );
}

describe("the actions of a deploy", () => {
  it("are known for every kind of resource that a module has", async () => {
    const pages = await sources("modules/*/*.tf");
    expect(pages.length).toBeGreaterThan(20);
    const kinds = new Set(pages.flatMap(([, page]) => kindsIn(page, 3)));
    expect(kinds.size).toBeGreaterThan(30);
    expect([...kinds].filter((kind) => !KNOWN_KINDS.includes(kind))).toEqual([]);
  });

  it("hold every call that our own AWS clients make", async () => {
    const files = (await sources("src/actions/**/*.ts")).filter(([file]) => !file.endsWith(".test.ts"));
    const calls = files.flatMap(([, text]) => callsIn(text));
    expect(calls).toContain("ecs:DescribeServices");
    const allowed = deployActions(KNOWN_KINDS);
    expect([...new Set(calls)].filter((call) => !allowed.includes(call))).toEqual([]);
  });

  it("name every service, and nothing twice", () => {
    const actions = deployActions(KNOWN_KINDS);
    expect(actions.filter((action) => !/^[a-z0-9-]+:[A-Z][A-Za-z]+$/.test(action))).toEqual([]);
    expect(new Set(actions).size).toBe(actions.length);
  });

  it("are those of the config's own modules: no VPC is made where one exists", async () => {
    const existing = deployActions(
      await resourceKinds(resolveConfig({ network: { kind: "existing" } }, "test", {})),
    );
    expect(existing).toContain("ec2:CreateSecurityGroup");
    expect(existing).not.toContain("ec2:CreateVpc");
    const ours = deployActions(await resourceKinds(resolveConfig({}, "test", {})));
    expect(ours).toEqual(expect.arrayContaining(["ec2:CreateVpc", "ec2:AllocateAddress", "iam:PassRole"]));
  });

  it("hold queues and events for Prefect 3 only, and no new secret where one exists", async () => {
    const of = async (prefect: object) =>
      deployActions(await resourceKinds(resolveConfig({ prefect }, "test", {})));
    expect(await of({ version: 3 })).toEqual(expect.arrayContaining(["sqs:CreateQueue", "events:PutRule"]));
    expect((await of({ version: 2 })).filter((action) => /^(sqs|events):/.test(action))).toEqual([]);
    const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:prefect-AbCdEf";
    expect(await of({ apiKey: { secretArn } })).not.toContain("secretsmanager:CreateSecret");
  });
});
