import { describe, expect, it } from "vitest";
import { resolveConfig } from "./resolve-config.ts";
import type { ConfigInput } from "./schema.ts";
import { configWarnings } from "./warnings.ts";

const HOSTED = { apiUrl: "https://prefect.example.com/api", auth: "key" } as const;
const warningsOf = (input: ConfigInput) =>
  configWarnings(resolveConfig({ prefect: HOSTED, ...input }, "the config", {}));

describe("configWarnings", () => {
  it("has nothing to say about an ordinary config", () => expect(warningsOf({})).toEqual([]));

  it.each<[string, ConfigInput, RegExp]>([
    [
      "Prefect Cloud without a workspace",
      { prefect: {} },
      /^prefect.accountId and prefect.workspaceId are missing/,
    ],
    [
      "an API key in the clear",
      { prefect: { apiUrl: "http://prefect.internal/api", auth: "key" } },
      /the API key crosses/,
    ],
    [
      "a password in the clear",
      { prefect: { apiUrl: "http://prefect.internal/api", auth: "basic", version: 3 } },
      /user name and password cross/,
    ],
    ["a region nobody knows yet", { region: "us-east-9" }, /^region us-east-9 is new/],
    ["public addresses in a VPC", { network: { cidrBlock: "52.0.0.0/16" } }, /holds public addresses/],
    ["an image without a tag", { workers: { a: { image: "team/flows" } } }, /team\/flows has no tag/],
    [
      "a secret's name like an ARN's end",
      { prefect: { ...HOSTED, apiKey: { secretName: "prefect-secret" } } },
      /ends with a hyphen/,
    ],
    [
      "a block inside another",
      { workers: { a: { flows: { egressCidrs: ["10.0.0.0/8", "10.1.0.0/16"] } } } },
      /10.1.0.0\/16 already lies within 10.0.0.0\/8/,
    ],
    [
      "Spot without an on-demand base",
      { workers: { a: { capacity: { kind: "spot", onDemandBase: 0 } } } },
      /^workers\["a"\].capacity has no on-demand base: AWS may take every task at once/,
    ],
    [
      "Spot on which no task runs",
      { workers: { a: { capacity: { kind: "spot" } } } },
      /none of 1 task runs on Spot, as onDemandBase is 1/,
    ],
    [
      "interface endpoints that cost more than they save",
      { network: { endpoints: ["ecr.api", "ecr.dkr"] } },
      /2 endpoints in 3 zones cost about \$43.80 a month\. One pays only from about 209 GB.*none leads to Prefect Cloud/,
    ],
    [
      "interface endpoints that save nothing",
      { network: { egress: "public", endpoints: ["logs"] } },
      /1 endpoint in 3 zones cost about \$21.90 a month and save nothing/,
    ],
    ["a single zone", { network: { availabilityZones: 1 } }, /is one zone: when AWS has trouble there/],
    [
      "public subnets, of the default VPC, without public addresses",
      { network: { kind: "existing" } },
      /the region's default VPC, whose subnets are public/,
    ],
    [
      "a poller scaled by its CPU",
      { workers: { a: { scaling: { mode: "cpu" } } } },
      /CPU use of an ecs worker says nothing/,
    ],
    [
      "more submitters than one",
      { workers: { a: { scaling: { mode: "queue", minTasks: 1, maxTasks: 3 } } } },
      /scaling.maxTasks: one ecs worker submits many runs a second/,
    ],
    [
      "what a sleeping Prefect 3 worker does not hear",
      { prefect: { ...HOSTED, version: 3 }, workers: { a: { scaling: { mode: "queue" } } } },
      /nobody hears of a run's crash/,
    ],
    [
      "flow runs inside tasks that Spot takes away",
      {
        workers: {
          a: { type: "process", image: "team/flows:1", desiredCount: 3, capacity: { kind: "spot" } },
        },
      },
      /the flow runs inside are lost and stay Running/,
    ],
    [
      "flow runs inside tasks that follow their memory",
      { workers: { a: { type: "process", image: "team/flows:1", scaling: { mode: "memory" } } } },
      /target tracking reacts after minutes/,
    ],
  ])("warns of %s", (_, input, warning) => {
    const warnings = warningsOf(input);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(warning);
  });
});
