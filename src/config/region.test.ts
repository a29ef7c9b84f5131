import { describe, expect, it } from "vitest";
import { KNOWN_REGIONS, partitionOf, regionRule, zoneRule } from "./region.ts";

describe("regionRule", () => {
  it.each([...KNOWN_REGIONS, "eu-north-2", "us-iso-east-1", "us-isob-east-1", "nz-central-1"])(
    "accepts %s",
    (region) => expect(regionRule(region)).toBeUndefined(),
  );

  it.each([
    ["us-esat-1", "us-east-1"],
    ["us-east1", "us-east-1"],
    ["US-EAST-1", "us-east-1"],
    ["eu-cental-1", "eu-central-1"],
  ])("suggests for %s the region %s", (region, suggestion) =>
    expect(regionRule(region)).toMatchObject({ verdict: "is not an AWS region", suggestion }),
  );

  it("knows a zone from a region", () => {
    expect(regionRule("eu-west-1a")).toEqual({ verdict: "is a zone, not a region", suggestion: "eu-west-1" });
  });
});

describe("zoneRule", () => {
  it("accepts a standard zone of the region", () =>
    expect(zoneRule("us-east-1f", "us-east-1")).toBeUndefined());

  it.each([
    ["us-west-2a", "is not a zone of us-east-1"],
    ["us-east-1-bos-1a", "is a local zone, which offers no Fargate"],
    ["use1-az4", "is the id of a zone, not its name"],
  ])("complains about %s in us-east-1", (zone, verdict) =>
    expect(zoneRule(zone, "us-east-1")).toMatchObject({ verdict }),
  );
});

describe("partitionOf", () => {
  it.each([
    ["eu-west-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eusc-de-east-1", "aws-eusc"],
  ])("%s is in %s", (region, partition) => expect(partitionOf(region)).toBe(partition));
});
