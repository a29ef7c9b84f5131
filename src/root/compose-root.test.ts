import { describe, expect, test } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { composeRoot } from "./compose-root.ts";

const CLOUD = {
  accountId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
  workspaceId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
};
const rootOf = (input: unknown, options = {}) => composeRoot(resolveConfig(input), options)["main.tf"]!;
/** The blocks whose first line holds this. */
const block = (text: string, head: string): string =>
  text.split(/\n(?=[a-z#])/).find((candidate) => candidate.includes(head)) ?? "";

describe("the root", () => {
  test("of a new system in Prefect Cloud is a page of module calls", async () => {
    await expect(rootOf({ prefect: CLOUD })).toMatchFileSnapshot("snapshots/new-vpc.tf");
  });

  test("of Prefect 3 and two workers in an existing VPC, with a secret that exists", async () => {
    const secretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:prefect-AbCdEf";
    const config = {
      prefect: { version: 3, apiUrl: "http://prefect.internal:4200/api", apiKey: { secretArn } },
      network: { kind: "existing", vpcId: "vpc-0123456789abcdef0", subnetTags: { Tier: "private" } },
      tags: { Team: "data" },
      workers: {
        "dev-worker": {},
        reports: {
          workPool: "reports",
          desiredCount: 2,
          flows: {
            cpu: 1024,
            memoryMiB: 4096,
            policyArns: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
          },
        },
      },
    };
    await expect(rootOf(config)).toMatchFileSnapshot("snapshots/existing-vpc.tf");
  });

  test("asks for the API key only when the secret is ours", () => {
    const secretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:prefect-AbCdEf";
    const root = rootOf({ prefect: { ...CLOUD, apiKey: { secretArn } } });
    expect(root).not.toContain('variable "prefect_api_key"');
    expect(root).not.toContain('module "api_key"');
    expect(block(root, 'output "api_key_secret_arn"')).toContain(secretArn);
  });

  test("names zones that are known, and lets the module choose those that are not", () => {
    const network = (input: unknown, options = {}) => block(rootOf(input, options), 'module "network"');
    expect(network({ prefect: CLOUD })).toContain("availability_zone_count = 3");
    expect(network({ prefect: CLOUD }, { availabilityZones: ["us-east-1a"] })).toContain(
      'availability_zones = ["us-east-1a"]',
    );
  });

  test("has no zones among its outputs when the VPC exists", () => {
    expect(rootOf({ prefect: CLOUD, network: { kind: "existing" } })).not.toContain(
      'output "availability_zones"',
    );
  });

  test("reads nothing that people wrote as Terraform", () => {
    const environment = { GREETING: '${file("/etc/passwd")} %{ if true } "quoted" \\ \n' };
    const root = rootOf({ prefect: CLOUD, workers: { "dev-worker": { environment } } });
    expect(root).toContain('GREETING = "$${file(\\"/etc/passwd\\")} %%{ if true } \\"quoted\\" \\\\ \\n"');
  });

  test("endpoints and credentials are not its business", () => {
    const provider = block(rootOf({ prefect: CLOUD }), 'provider "aws"');
    expect(provider.match(/^ {2}\w+/gm)).toEqual(["  region", "  default_tags"]);
  });

  test("a hundred workers take well under a second", () => {
    const workers = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`worker-${index}`, {}]));
    const config = resolveConfig({ prefect: CLOUD, workers });
    const start = performance.now();
    composeRoot(config);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
