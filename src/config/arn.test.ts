import { describe, expect, it } from "vitest";
import { parseArn, policyArnRule, policyPartitionRule, secretArnRule, secretRegionRule } from "./arn.ts";

const SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:team/prefect-AbC123";

describe("parseArn", () => {
  it("keeps colons in the resource", () => {
    expect(parseArn(SECRET)).toEqual({
      partition: "aws",
      service: "secretsmanager",
      region: "us-east-1",
      account: "123456789012",
      resource: "secret:team/prefect-AbC123",
    });
  });

  it.each(["arn:aws:s3", "arn:azure:s3:::bucket", "arn:aws:iam::12345:role/x", ""])(
    "does not read %j",
    (text) => expect(parseArn(text)).toBeUndefined(),
  );
});

describe("secretArnRule", () => {
  it.each([SECRET, SECRET.replace("aws:", "aws-cn:"), SECRET.replace("aws:", "aws-us-gov:")])(
    "accepts %s",
    (text) => expect(secretArnRule(text)).toBeUndefined(),
  );

  it.each([
    ["arn:aws:ssm:us-east-1:123456789012:parameter/key", "is not the ARN of a secret in Secrets Manager"],
    [`${SECRET}:key::`, "is not the ARN of a secret in Secrets Manager"],
    [SECRET.replace("-AbC123", ""), "lacks the six characters that Secrets Manager adds to the name"],
  ])("complains about %s", (text, verdict) => expect(secretArnRule(text)).toMatchObject({ verdict }));
});

describe("secretRegionRule", () => {
  it("accepts a secret beside the tasks", () =>
    expect(secretRegionRule(SECRET, "us-east-1")).toBeUndefined());

  it("names both regions when they differ", () => {
    expect(secretRegionRule(SECRET, "eu-west-1")).toMatchObject({
      verdict: "is in us-east-1 (aws), but everything else is to be in eu-west-1 (aws)",
      remedy: 'Replicate the secret to eu-west-1, or set region: "us-east-1"',
    });
  });
});

describe("policyArnRule", () => {
  it.each([
    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    "arn:aws-cn:iam::123456789012:policy/team/read",
  ])("accepts %s", (text) => expect(policyArnRule(text)).toBeUndefined());

  it("knows a role from a policy", () => {
    expect(policyArnRule("arn:aws:iam::123456789012:role/x")?.verdict).toBe("is a role; a policy is needed");
  });

  it("suggests the partition of the region", () => {
    const arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    expect(policyPartitionRule(arn, "cn-north-1")).toEqual({
      verdict: "is of the partition aws, but cn-north-1 is in aws-cn",
      suggestion: "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess",
    });
    expect(policyPartitionRule(arn, "us-east-1")).toBeUndefined();
  });
});
