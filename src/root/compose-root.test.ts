import { describe, expect, test } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { SELF_SIGNED_AUTHORITY } from "../../test/helpers/authority.ts";
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
    // The number stays beside the names: changing it would choose anew.
    expect(network({ prefect: CLOUD }, { availabilityZones: ["us-east-1a"] })).toMatch(
      /availability_zones += \["us-east-1a"\]\n +availability_zone_count += 3/,
    );
  });

  test("a network of each kind stands at the same address", () => {
    const network = (input: unknown) => block(rootOf({ prefect: CLOUD, network: input }), 'module "network"');
    expect(network({ egress: "nat-per-zone" })).toContain("nat_gateway_per_zone");
    expect(network({ egress: "public" })).toContain('"./modules/public-network"');
    expect(network({ kind: "existing", assignPublicIp: true })).toMatch(/way_out += "internet-gateway"/);
    expect(network({ kind: "existing" })).toMatch(/way_out += "private"/);
  });

  test("tasks have public addresses where nothing else leads out", () => {
    const worker = (network: unknown) => block(rootOf({ prefect: CLOUD, network }), 'module "worker"');
    expect(worker({ egress: "public" })).toMatch(/assign_public_ip += true/);
    expect(worker({ egress: "public" })).toContain("module.network.public_subnet_ids");
    expect(worker({})).toMatch(/assign_public_ip += false/);
  });

  test("where endpoints are the only way, tasks wait for them", () => {
    const root = rootOf({
      prefect: { apiUrl: "http://prefect.internal:4200/api" },
      network: { egress: "endpoints" },
      workers: { w: { image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/w:1", extraPipPackages: [] } },
    });
    expect(block(root, 'module "network"')).toContain('"./modules/isolated-network"');
    expect(block(root, 'module "endpoints"')).toContain('"secretsmanager"');
    expect(block(root, 'module "worker"')).toMatch(/subnet_ids += module.endpoints.subnet_ids/);
  });

  test("of an isolated network that exists no way out is proven", () => {
    const root = rootOf({
      prefect: { apiUrl: "http://prefect.internal:4200/api" },
      network: { kind: "existing", vpcTags: { Name: "inner" }, isolated: true },
      workers: { w: { image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/w:1", extraPipPackages: [] } },
    });
    expect(block(root, 'module "network"')).toMatch(/way_out += "none"/);
  });

  test("flow logs and endpoints are modules of their own, only where they are asked for", () => {
    const root = rootOf({
      prefect: CLOUD,
      network: { endpoints: ["ecr.api"], flowLogs: { traffic: "rejected" } },
    });
    expect(block(root, 'module "flow_logs"')).toMatch(/traffic_type += "REJECT"/);
    expect(block(root, 'module "endpoints"')).toMatch(/services += \["ecr.api"\]/);
    expect(rootOf({ prefect: CLOUD })).not.toMatch(/module "(endpoints|flow_logs|cluster_capacity)"/);
  });

  test("a cluster that exists is found and not changed", () => {
    const root = rootOf({
      prefect: CLOUD,
      cluster: { arn: "arn:aws:ecs:us-east-1:123456789012:cluster/data" },
      workers: { w: { capacity: { kind: "spot" } } },
    });
    expect(block(root, 'module "cluster"')).toMatch(/existing-cluster"\n\n +name = "data"/);
    expect(root).not.toContain('module "cluster_capacity"');
  });

  test("Spot brings its capacity providers, and the worker waits for them", () => {
    const capacity = { kind: "spot", onDemandBase: 2, onDemandWeight: 1, spotWeight: 3 };
    const root = rootOf({
      prefect: CLOUD,
      workers: { w: { capacity, desiredCount: 6 }, other: { workPool: "other" } },
    });
    expect(block(root, 'module "worker"')).toMatch(/cluster_arn += module.cluster_capacity.cluster_arn/);
    expect(root.replace(/\s+/g, " ")).toContain(
      'capacity_provider_strategy = [ { capacity_provider = "FARGATE" weight = 1 base = 2 }, { capacity_provider = "FARGATE_SPOT" weight = 3 base = 0 }, ]',
    );
    expect(root.replace(/\s+/g, " ")).toContain("capacity_provider_strategy = [] }");
  });

  test("what few change stands on the page only where someone changes it", () => {
    const workers = {
      w: { workQueues: ["urgent"], flows: { capacity: "spot" } },
      other: { workPool: "other" },
    };
    const root = rootOf({ prefect: CLOUD, workers });
    expect(root).toMatch(/work_queues += \["urgent"\]/);
    expect(root).toMatch(/flow_launch_type += "FARGATE_SPOT"/);
    expect(root).not.toContain("ephemeral_storage");
  });

  test("roles go where a company sorts them, and the tags of a system onto its flow runs", () => {
    const root = rootOf({ prefect: CLOUD, rolePath: "/data/", tags: { Team: "data" } });
    expect(root.match(/role_path += "\/data\/"/g)).toHaveLength(2);
    expect(block(root, 'module "worker"')).toMatch(/flow_tags = \{\n +Team += "data"/);
  });

  test("of a server that asks for nothing has no secret, and none to read", () => {
    const root = rootOf({ prefect: { version: 3, apiUrl: "https://prefect.example.com/api" } });
    expect(root).not.toMatch(/prefect_api_key|module "api_key"|output "api_key_secret_arn"|ca_certificates/);
    expect(block(root, 'module "task_execution_role"')).toMatch(/secret_arns = \[\]/);
  });

  test("gives user name and password by the secret's ARN, and a private authority as it is", () => {
    const apiUrl = "https://prefect.example.com/api";
    const prefect = { version: 3, apiUrl, auth: "basic", caCertificates: SELF_SIGNED_AUTHORITY };
    const worker = block(rootOf({ prefect }), 'module "worker"');
    expect(worker).toMatch(/auth_string_secret_arn += module.api_key.secret_arn/);
    expect(worker).not.toContain(" api_key_secret_arn");
    expect(worker).toMatch(/ca_certificates += "-----BEGIN CERTIFICATE-----\\n/);
  });

  test("lets workers of one pool hand on the role of the one that has it", () => {
    const root = rootOf({ prefect: CLOUD, workers: { b: {}, a: {} } });
    expect(root.replace(/\s+/g, " ")).toMatch(/ b = \{ work_pool.*? pool_owner = "a"/);
    expect(root.replace(/\s+/g, " ")).toMatch(/ a = \{ work_pool.*? pool_owner = null/);
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

  test("says where the state is kept, and nothing of it where it stays on the machine", () => {
    const root = rootOf({ prefect: CLOUD, awsAccount: "111122223333", state: { bucket: "acme-state" } });
    expect(block(root, "terraform {")).toContain(
      [
        '  backend "s3" {',
        '    bucket              = "acme-state"',
        '    key                 = "prefect-fargate/us-east-1/prefect-cluster/terraform.tfstate"',
        '    region              = "us-east-1"',
        "    use_lockfile        = true",
        '    allowed_account_ids = ["111122223333"]',
        "  }",
      ].join("\n"),
    );
    expect(rootOf({ prefect: CLOUD })).not.toContain("backend");
  });

  test("a hundred workers take well under a second", () => {
    const workers = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`worker-${index}`, {}]));
    const config = resolveConfig({ prefect: CLOUD, workers });
    const start = performance.now();
    composeRoot(config);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
