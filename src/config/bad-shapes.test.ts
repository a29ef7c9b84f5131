import { describe, expect, it } from "vitest";
import { PrefectFargateError } from "#errors";
import { resolveConfig } from "./resolve-config.ts";
import type { ConfigInput } from "./schema.ts";

const balanced = {
  image: "acme/webhooks:1",
  port: 8000,
  loadBalancer: {
    allowedCidrs: ["203.0.113.0/24"],
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  },
};

function problemsOf(input: ConfigInput): string {
  try {
    resolveConfig(input, "the config", {});
  } catch (error) {
    if (error instanceof PrefectFargateError && error.code === "CONFIG_INVALID")
      return [error.message, ...error.details].join("\n");
    throw error;
  }
  return "";
}

describe("a shape that AWS would refuse, or would take and not run, is refused with a sentence", () => {
  it.each<[string, ConfigInput, string]>([
    [
      "two workers whose roles would have one name",
      { workers: { etl: { workPool: "a" }, "etl-flow": { workPool: "b" } } },
      '"etl-flow" collides with the worker "etl"',
    ],
    [
      "a worker and a service of one name",
      { workers: { etl: {} }, services: { etl: { image: "acme/webhooks:1", port: 8000 } } },
      "is the name of a worker too",
    ],
    [
      "a VPC too small for its subnets",
      { network: { cidrBlock: "10.0.0.0/26" } },
      '"10.0.0.0/26" has no room for two subnets in 3 zones',
    ],
    [
      "subnets too small for AWS",
      { network: { subnetPrefixLength: 29 } },
      "subnetPrefixLength 29 is too small a subnet",
    ],
    [
      "ARM with an image that is known to be for x86",
      { workers: { etl: { architecture: "arm64", image: "acme/etl:3-amd64" } } },
      "is for x86_64 alone, but its tasks are to run on arm64",
    ],
    [
      "ARM with such an image for flow runs",
      { workers: { etl: { architecture: "arm64", flows: { image: "acme/flows:3-x86_64" } } } },
      "is for x86_64 alone, but its tasks are to run on arm64",
    ],
    [
      "a certificate of another region",
      { region: "eu-central-1", services: { webhooks: balanced } },
      "is in us-east-1, but everything else is to be in eu-central-1",
    ],
    [
      "more zones than the region has",
      { region: "us-west-1", network: { availabilityZones: 3 } },
      "availabilityZones 3 is more zones than us-west-1 has.\nIt has 2 standard zones",
    ],
    [
      "more zones by name than the region has",
      {
        region: "us-west-1",
        network: { availabilityZones: ["us-west-1a", "us-west-1b", "us-west-1c"] },
      },
      "names 3 zones, more than us-west-1 has",
    ],
    ["more zones than any has", { network: { availabilityZones: 7 } }, "7 is more than 6 zones"],
  ])("%s", (_, input, sentence) => {
    expect(problemsOf({ prefect: { version: 2 }, ...input })).toContain(sentence);
  });
});
