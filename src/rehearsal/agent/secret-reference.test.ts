import { describe, expect, it } from "vitest";
import { parseSecretReference } from "./secret-reference.ts";

const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:prefect-api-key-AbCdEf";

describe("parseSecretReference", () => {
  it("reads a secret's ARN", () => {
    expect(parseSecretReference(ARN)).toEqual({
      source: "secrets-manager",
      secretId: ARN,
      region: "us-east-1",
    });
  });

  it.each([
    [":apiKey::", { jsonKey: "apiKey" }],
    [":apiKey", { jsonKey: "apiKey" }],
    ["::AWSPREVIOUS:", { versionStage: "AWSPREVIOUS" }],
    [":::v-1", { versionId: "v-1" }],
    [":apiKey:AWSCURRENT:v-1", { jsonKey: "apiKey", versionStage: "AWSCURRENT", versionId: "v-1" }],
    [":::", {}],
  ])("reads the suffix %s", (suffix, parts) => {
    expect(parseSecretReference(ARN + suffix)).toEqual({
      source: "secrets-manager",
      secretId: ARN,
      region: "us-east-1",
      ...parts,
    });
  });

  it("takes anything that is no ARN as the name of an SSM parameter", () => {
    expect(parseSecretReference("/prefect/api-key")).toEqual({
      source: "parameter-store",
      name: "/prefect/api-key",
    });
  });

  it("reads an SSM parameter's ARN, whose leading slash is not repeated", () => {
    const arn = (name: string) =>
      parseSecretReference(`arn:aws:ssm:eu-west-1:123456789012:parameter/${name}`);
    expect(arn("prefect/api-key")).toMatchObject({ name: "/prefect/api-key", region: "eu-west-1" });
    expect(arn("api-key")).toMatchObject({ name: "api-key" });
  });
});
