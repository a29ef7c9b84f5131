import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prefectApiUrl } from "./api-url.ts";
import { ConfigInvalidError, resolveConfig } from "./resolve-config.ts";
import type { ConfigInput } from "./schema.ts";
import { CPU_SIZES, TASK_SIZES } from "./task-size.ts";

const FILE = "prefect-fargate.config.ts";
const ACCOUNT = "9b649228-0419-40e1-9e0d-44954b5c0ab6";
const WORKSPACE = "1d137bd8-93f2-49d4-8f8e-40a0a7d3c3bb";

/** The whole error as people see it, below its code. */
function problemsOf(input: unknown, env: NodeJS.ProcessEnv = {}): string {
  try {
    resolveConfig(input, FILE, env);
  } catch (error) {
    if (!(error instanceof ConfigInvalidError)) throw error;
    return [error.message, ...error.details.map((line) => `  ${line}`), `→ ${error.hint}`].join("\n");
  }
  throw new Error("The config was accepted.");
}

const worker = (fields: unknown): unknown => ({ workers: { "dev-worker": fields } });

describe("defaults", () => {
  it("are the system of the contract", () => {
    expect(resolveConfig({}, FILE, {})).toMatchInlineSnapshot(`
      {
        "cluster": {
          "name": "prefect-cluster",
        },
        "discovery": {
          "namespace": "default.prefect.local",
        },
        "executionRole": {
          "name": "prefect-task-execution-role",
        },
        "logs": {
          "retentionDays": 30,
        },
        "network": {
          "availabilityZones": 3,
          "cidrBlock": "10.0.0.0/16",
          "egress": "nat",
          "endpoints": [],
          "kind": "new",
          "name": "prefect-ecs-vpc",
        },
        "overrides": {},
        "prefect": {
          "apiKey": {
            "secretName": "prefect-api-key",
          },
          "apiUrl": "https://api.prefect.cloud/api",
          "auth": "key",
          "version": 2,
        },
        "region": "us-east-1",
        "rolePath": "/",
        "scaler": {},
        "services": {},
        "tags": {},
        "workPools": {},
        "workers": {
          "dev-worker": {
            "architecture": "x86_64",
            "capacity": {
              "kind": "fargate",
            },
            "cpu": 512,
            "desiredCount": 1,
            "environment": {},
            "ephemeralStorageGiB": 20,
            "exec": false,
            "extraPipPackages": [
              "prefect-aws==0.4.20",
            ],
            "flows": {
              "architecture": "x86_64",
              "capacity": "fargate",
              "cpu": 512,
              "egressCidrs": [
                "0.0.0.0/0",
              ],
              "environment": {},
              "ephemeralStorageGiB": 20,
              "image": "prefecthq/prefect:2-latest",
              "memoryMiB": 1024,
              "policyArns": [],
            },
            "image": "prefecthq/prefect:2-latest",
            "memoryMiB": 1024,
            "policyArns": [],
            "scaling": {
              "mode": "fixed",
            },
            "stopTimeoutSeconds": 60,
            "type": "ecs",
            "workPool": "ecs-work-pool",
            "workQueues": [],
            "zoneRebalancing": false,
          },
        },
      }
    `);
  });

  it("follow Prefect's major version", () => {
    const { image, extraPipPackages, flows } = resolveConfig({ prefect: { version: 3 } }, FILE, {}).workers[
      "dev-worker"
    ]!;
    expect(image).toBe("prefecthq/prefect:3-latest");
    expect(extraPipPackages).toEqual(["prefect-aws==0.7.12", "fastapi==0.139.2"]);
    expect(flows.image).toBe("prefecthq/prefect:3-latest");
  });

  it("give flow runs the worker's image", () => {
    const { flows } = resolveConfig(worker({ image: "team/flows:1" }), FILE, {}).workers["dev-worker"]!;
    expect(flows.image).toBe("team/flows:1");
  });

  it("take the region from the environment, but the file's region wins", () => {
    expect(resolveConfig({}, FILE, { AWS_DEFAULT_REGION: "eu-west-1" }).region).toBe("eu-west-1");
    expect(resolveConfig({}, FILE, { AWS_REGION: "eu-west-2", AWS_DEFAULT_REGION: "eu-west-1" }).region).toBe(
      "eu-west-2",
    );
    expect(resolveConfig({ region: "us-west-2" }, FILE, { AWS_REGION: "eu-west-2" }).region).toBe(
      "us-west-2",
    );
  });

  it("hold beside what is given: a network without a kind is a new one", () => {
    expect(resolveConfig({ network: { cidrBlock: "10.9.0.0/20" } }, FILE, {}).network).toEqual({
      kind: "new",
      name: "prefect-ecs-vpc",
      cidrBlock: "10.9.0.0/20",
      availabilityZones: 3,
      egress: "nat",
      endpoints: [],
    });
    expect(resolveConfig({ network: { kind: "existing" } }, FILE, {}).network).toEqual({
      kind: "existing",
      assignPublicIp: false,
      isolated: false,
    });
  });

  it("where endpoints are the only way, are the endpoints that worker and flow runs need", () => {
    const endpointsOf = (version: 2 | 3) => {
      const { network } = resolveConfig(
        {
          prefect: { version, apiUrl: "http://prefect.internal:4200/api" },
          network: { egress: "endpoints" },
          workers: {
            w: { image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/flows:1", extraPipPackages: [] },
          },
        },
        FILE,
        {},
      );
      return network.kind === "new" && network.endpoints;
    };
    expect(endpointsOf(2)).toEqual(["ec2", "ecr.api", "ecr.dkr", "ecs", "logs", "secretsmanager"]);
    expect(endpointsOf(3)).toContain("sqs");
  });

  it("of a cluster that exists include its name", () => {
    const arn = "arn:aws:ecs:us-east-1:123456789012:cluster/data-platform";
    expect(resolveConfig({ cluster: { arn } }, FILE, {}).cluster).toEqual({ arn, name: "data-platform" });
  });

  it("give flow runs the worker's processor", () => {
    const { flows } = resolveConfig(worker({ architecture: "arm64" }), FILE, {}).workers["dev-worker"]!;
    expect(flows.architecture).toBe("arm64");
  });
});

describe("filling in defaults", () => {
  const size = fc
    .constantFrom(...CPU_SIZES)
    .chain((cpu) =>
      fc.record({ cpu: fc.constant(cpu), memoryMiB: fc.constantFrom(...TASK_SIZES.get(cpu)!) }),
    );
  const network: fc.Arbitrary<ConfigInput["network"]> = fc.oneof(
    fc.record(
      {
        availabilityZones: fc.integer({ min: 1, max: 3 }),
        egress: fc.constantFrom("nat" as const, "nat-per-zone" as const, "public" as const),
        endpoints: fc.subarray(["ecr.api", "logs"]),
        flowLogs: fc.constantFrom({}, { traffic: "rejected" as const }),
      },
      { requiredKeys: [] },
    ),
    fc.record(
      { kind: fc.constant("existing" as const), assignPublicIp: fc.boolean() },
      { requiredKeys: ["kind"] },
    ),
  );
  const anyConfig: fc.Arbitrary<ConfigInput> = fc.record(
    {
      region: fc.constantFrom("eu-west-1", "us-east-2"),
      tags: fc.dictionary(fc.stringMatching(/^T[a-z]{1,8}$/), fc.stringMatching(/^[a-z ]{0,9}$/), {
        maxKeys: 4,
      }),
      prefect: fc.record(
        {
          version: fc.constantFrom(2 as const, 3 as const),
          apiUrl: fc.constant("https://prefect.example.com/api//"),
        },
        { requiredKeys: [] },
      ),
      network,
      workers: fc
        .dictionary(
          fc.stringMatching(/^[a-z]{1,9}$/),
          fc.oneof(
            size,
            fc.record({ desiredCount: fc.nat(9), image: fc.constant("team/image:1") }, { requiredKeys: [] }),
          ),
          { minKeys: 1, maxKeys: 4 },
        )
        .map((workers) =>
          // Workers of one pool have the same flow runs.
          Object.fromEntries(
            Object.entries(workers).map(([name, worker]) => [name, { ...worker, workPool: `pool-${name}` }]),
          ),
        ),
    },
    { requiredKeys: [] },
  );

  it("a second time changes nothing", () => {
    fc.assert(
      fc.property(anyConfig, (input) => {
        const once = resolveConfig(input, FILE, {});
        expect(resolveConfig(once, FILE, {})).toEqual(once);
      }),
    );
  });

  it("keeps everything that was given", () => {
    fc.assert(
      fc.property(anyConfig, (input) => {
        const { prefect: _, ...given } = input;
        expect(resolveConfig(input, FILE, {})).toMatchObject(given);
      }),
    );
  });
});

describe("one problem", () => {
  it("is told with what Fargate offers and what to type", () => {
    expect(problemsOf(worker({ memoryMiB: 3000 }))).toMatchInlineSnapshot(`
      "memoryMiB 3000 does not fit cpu 512.
        Fargate offers 1024, 2048, 3072 or 4096 at this size.
        It stands at workers["dev-worker"].memoryMiB.
      → Set memoryMiB: 3072 in prefect-fargate.config.ts"
    `);
  });

  it("that comes from a default names the default", () => {
    expect(problemsOf(worker({ cpu: 2048 }))).toMatchInlineSnapshot(`
      "memoryMiB 1024, its default, does not fit cpu 2048.
        Fargate offers 4096 to 16384 in steps of 1024 at this size.
        It stands at workers["dev-worker"].memoryMiB.
      → Set memoryMiB: 4096 in prefect-fargate.config.ts"
    `);
  });

  it("in the environment blames the environment", () => {
    expect(problemsOf({}, { AWS_REGION: "us-esat-1" })).toMatchInlineSnapshot(`
      "AWS_REGION "us-esat-1" is not an AWS region.
        A region looks like us-east-1 or eu-central-1.
      → Correct AWS_REGION, or set region in prefect-fargate.config.ts"
    `);
  });

  it.each([["text"], [42], [null], [[]], [() => ({})]])("is a config that is %s", (input) => {
    expect(problemsOf(input)).toMatch(/^The config, .+, is not an object\.\n/);
  });
});

describe("several problems", () => {
  it("are told at once, also beside fields of the wrong type", () => {
    expect(
      problemsOf({
        regin: "us-east-1",
        vpcId: "vpc-12345678",
        prefect: { version: "3", accountId: ACCOUNT },
        network: { kind: "exsting" },
        logs: { retentionDays: 31 },
        workers: {
          "Dev Worker": {
            memory: 2048,
            cpu: 0.5,
            desiredCount: "2",
            stopTimeoutSeconds: 200,
            policyArns: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
            extraPipPackages: ["prefect-aws>=0.4", "pandas"],
            environment: { "1ST": "x", WORKERS: 4 },
          },
        },
      }),
    ).toMatchInlineSnapshot(`
      "prefect-fargate.config.ts has 16 problems.
        prefect.version
          version "3" is not one of 2, 3.
          → Set version: 3
        prefect.workspaceId
          workspaceId is missing. Prefect Cloud needs accountId and workspaceId; a server you host has neither.
          → Add workspaceId from the address of your workspace
        network.kind
          kind "exsting" is not one of "new", "existing".
          → Set kind: "existing"
        logs.retentionDays
          retentionDays 31 is not a retention that CloudWatch Logs offers. It offers 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days.
          → Set retentionDays: 60
        workers["Dev Worker"].cpu
          cpu 0.5 is not a CPU size of Fargate. Fargate offers 256, 512, 1024, 2048, 4096, 8192 or 16384 units; 1024 units are one vCPU.
          → Set cpu: 512
        workers["Dev Worker"].desiredCount
          desiredCount "2" is not a number.
          → Set desiredCount: 2
        workers["Dev Worker"].stopTimeoutSeconds
          stopTimeoutSeconds 200 is more than 120. It can be 2 to 120. Fargate kills a container after at most 120 seconds.
          → Set stopTimeoutSeconds: 120
        workers["Dev Worker"].extraPipPackages[0]
          extraPipPackages[0] "prefect-aws>=0.4" is a range, so every start could install another version. Write name==version, as in prefect-aws==0.4.20.
        workers["Dev Worker"].extraPipPackages[1]
          extraPipPackages[1] "pandas" names no version, so every start could install another. Write name==version, as in prefect-aws==0.4.20.
        workers["Dev Worker"].environment.WORKERS
          WORKERS 4 is not a text.
          → Set WORKERS: "4"
        workers["Dev Worker"].environment
          "1ST" is not a name that every shell accepts. Use letters, digits and underscores, with no digit in front.
        workers["Dev Worker"].policyArns
          policyArns "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" is not a list.
          → Set policyArns: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
        workers["Dev Worker"].memory
          memory is not a field of workers["Dev Worker"].
          → Write memoryMiB instead of memory
        workers
          "Dev Worker" is not a name that a worker can have. A worker's name has up to 32 lower-case letters, digits and single hyphens and begins with a letter, as services, roles and DNS records are named after it.
          → Call the worker "dev-worker"
        regin
          regin is not a field of the config.
          → Write region instead of regin
        vpcId
          vpcId is not a field of the config.
          → Write network.vpcId instead of vpcId
      → Correct them in prefect-fargate.config.ts, then run prefect-fargate validate"
    `);
  });

  it("include what contradicts each other across fields", () => {
    expect(
      problemsOf({
        region: "eu-west-1",
        prefect: {
          apiKey: { secretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:prefect-AbC123" },
        },
        network: { availabilityZones: ["eu-west-1a", "us-east-1b"] },
        workers: {
          a: { image: "prefecthq/prefect:3-latest", extraPipPackages: [] },
          b: {
            extraPipPackages: ["prefect-aws==0.4.20", "prefect==3.8.8"],
            policyArns: ["arn:aws-cn:iam::aws:policy/Read"],
          },
        },
      }),
    ).toMatchInlineSnapshot(`
      "prefect-fargate.config.ts has 7 problems.
        network.availabilityZones[1]
          availabilityZones[1] "us-east-1b" is not a zone of eu-west-1. The zones of eu-west-1 are called eu-west-1a, eu-west-1b and so on.
        prefect.apiKey.secretArn
          secretArn "arn:aws:secretsmanager:us-east-1:123456789012:secret:prefect-AbC123" is in us-east-1 (aws), but everything else is to be in eu-west-1 (aws). A task reads secrets of its own region.
          → Replicate the secret to eu-west-1, or set region: "us-east-1"
        workers
          "b" serves "ecs-work-pool" as "a" does, and differs from it in flows.image: a pool has one job template.
          → Give both the same flows, or each worker a pool of its own
        workers.a.image
          image "prefecthq/prefect:3-latest" holds Prefect 3, but prefect.version is 2.
          → Set prefect.version: 3, or leave the image out to get the one of Prefect 2
        workers.a.extraPipPackages
          extraPipPackages lacks prefect-aws, which the stock image does not have: the worker could not start. Without this field the right version is installed.
          → Leave extraPipPackages out, or add prefect-aws with an exact version
        workers.b.extraPipPackages[1]
          extraPipPackages[1] "prefect==3.8.8" contradicts prefect.version, which is 2.
          → Set prefect.version, and let the image bring Prefect itself
        workers.b.policyArns[0]
          policyArns[0] "arn:aws-cn:iam::aws:policy/Read" is of the partition aws-cn, but eu-west-1 is in aws.
          → Write "arn:aws:iam::aws:policy/Read" there
      → Correct them in prefect-fargate.config.ts, then run prefect-fargate validate"
    `);
  });
});

describe("what may not stand in a config", () => {
  it.each([
    ["the API key itself", { prefect: { apiKey: "pnu_canarycanarycanary" } }],
    ["a key that looks like none", { prefect: { apiKey: { secretArn: "canarycanarycanary" } } }],
    ["the key in the environment", worker({ environment: { PREFECT_API_KEY: "canarycanarycanary" } })],
    [
      "a password in an address",
      { prefect: { apiUrl: "https://me:canarycanarycanary@prefect.example.com/api" } },
    ],
    ["a key as the name of a field", { prefect: { pnu_canarycanarycanary: 1 } }],
    ["a key as the name of a worker", { workers: { pnu_canarycanarycanary: {} } }],
    ["a token in a number's place", worker({ cpu: "pnu_canarycanarycanary" })],
    ["a key as the name of a variable", worker({ environment: { "pnu_canarycanarycanary-": "x" } })],
  ])("%s is refused and not shown", (_, input) => {
    expect(problemsOf(input)).not.toContain("canary");
  });
});

describe("a single field", () => {
  it.each<[unknown, string, string]>([
    [
      { network: { vpcId: "vpc-12345678" } },
      'vpcId is a field of kind: "existing" only.',
      'Set kind: "existing", or remove vpcId in FILE',
    ],
    [
      { network: { kind: "existing", cidrBlock: "10.0.0.0/16" } },
      'cidrBlock is a field of kind: "new" only.',
      'Set kind: "new", or remove cidrBlock in FILE',
    ],
    [
      { accountId: ACCOUNT },
      "accountId is not a field of the config.",
      "Write prefect.accountId instead of accountId in FILE",
    ],
    [
      { network: { availabilityZones: "three" } },
      'availabilityZones "three" is not a number or a list.',
      "Correct network.availabilityZones in FILE",
    ],
    [
      { network: { availabilityZones: ["us-east-1a", 2] } },
      "availabilityZones[1] 2 is not a text.",
      'Write "2" there in FILE',
    ],
    [
      { network: { availabilityZones: 2.5 } },
      "availabilityZones 2.5 is not a whole number.",
      "Correct network.availabilityZones in FILE",
    ],
    [
      { network: { availabilityZones: 0 } },
      "availabilityZones 0 leaves no zone.",
      "Set availabilityZones: 3 in FILE",
    ],
    [
      { network: { availabilityZones: 9 } },
      "availabilityZones 9 is more than 6 zones.",
      "Correct network.availabilityZones in FILE",
    ],
    [
      { network: { availabilityZones: ["us-east-1a", "us-east-1a"] } },
      "availabilityZones names us-east-1a twice.",
      "Name each zone once",
    ],
    [
      { network: { cidrBlock: "10.0.0.0/28" } },
      'cidrBlock "10.0.0.0/28" has no room for two subnets in 3 zones.',
      'Set cidrBlock: "10.0.0.0/24" in FILE',
    ],
    [
      { network: { kind: "existing", vpcId: "vpc-123" } },
      'vpcId "vpc-123" is not the id of a vpc.',
      "Correct network.vpcId in FILE",
    ],
    [
      { network: { kind: "existing", vpcId: "vpc-12345678", vpcTags: { Name: "x" } } },
      "vpcTags contradicts vpcId: both choose.",
      "Keep vpcId or vpcTags",
    ],
    [
      { network: { kind: "existing", subnetIds: [] } },
      "subnetIds is empty.",
      "Name a subnet, or leave it out",
    ],
    [{ network: { kind: "existing", vpcTags: {} } }, "vpcTags names no tag.", "Add a tag, or leave it out"],
    [{ prefect: { version: 4 } }, "version 4 is not one of 2, 3.", "Set version to 2 or 3 in FILE"],
    [
      { prefect: { workspaceId: WORKSPACE } },
      "accountId is missing.",
      "Add accountId from the address of your workspace",
    ],
    [{ prefect: { apiKey: {} } }, "apiKey names no secret.", "Give one of them"],
    [
      {
        prefect: {
          apiKey: {
            secretName: "a",
            secretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbC123",
          },
        },
      },
      "apiKey names two secrets.",
      "Give one of them",
    ],
    [{ cluster: null }, "cluster null is not an object.", "Leave cluster out to get its default in FILE"],
    [{ workers: {} }, "workers names no worker.", 'Write workers: { "dev-worker": {} }, or leave it out'],
    [{ workers: [] }, "workers is not an object.", "Correct workers in FILE"],
    [
      worker({ type: "proces" }),
      'type "proces" is not one of "ecs", "process".',
      'Set type: "process" in FILE',
    ],
    [worker({ desiredCount: -1 }), "desiredCount -1 is less than 0.", "Set desiredCount: 0 in FILE"],
    [
      worker({ desiredCount: 1.5 }),
      "desiredCount 1.5 is not a whole number.",
      'Correct workers["dev-worker"].desiredCount in FILE',
    ],
    [
      worker({ desiredCount: Number.NaN }),
      "desiredCount NaN is not a number.",
      'Correct workers["dev-worker"].desiredCount in FILE',
    ],
    [
      worker({ stopTimeoutSeconds: 1 }),
      "stopTimeoutSeconds 1 is less than 2.",
      "Set stopTimeoutSeconds: 2 in FILE",
    ],
    [
      worker({ flows: { egressCidrs: ["10.0.0.0/8", "10.0.0.0/8"] } }),
      "egressCidrs names 10.0.0.0/8 twice.",
      "Name it once",
    ],
    [
      worker({ extraPipPackages: ["prefect-aws==0.4.19", "Prefect_AWS==0.4.18"] }),
      "extraPipPackages names prefect-aws twice.",
      "Name it once",
    ],
    [
      { network: { kind: "existing", assignPublicIp: "true" } },
      'assignPublicIp "true" is not true or false.',
      "Set assignPublicIp: true in FILE",
    ],
    [
      { workers: { etl: {}, "etl-flow": {} } },
      '"etl-flow" collides with the worker "etl", whose flow runs have a role and a security group of that name.',
      "Give one of the two another name",
    ],
    [
      { executionRole: { name: "prefect-dev-worker-task-role" } },
      'name "prefect-dev-worker-task-role" is the name of a role of the worker "dev-worker".',
      "Choose another name",
    ],
    [{ tags: { Team: 7 } }, "Team 7 is not a text.", 'Set Team: "7" in FILE'],
    [{ tags: { "aws:x": "y" } }, '"aws:x" begins with aws:, which AWS keeps for itself.', "Rename it"],
  ])("%j: %s", (input, sentence, fix) => {
    expect(() => resolveConfig(input, FILE, {})).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: sentence, hint: fix.replace("FILE", FILE) }),
    );
  });
});

describe("prefectApiUrl", () => {
  it("is the workspace's with an account, and the server's without", () => {
    const cloud = resolveConfig(
      { prefect: { accountId: ACCOUNT.toUpperCase(), workspaceId: WORKSPACE } },
      FILE,
      {},
    );
    expect(prefectApiUrl(cloud.prefect)).toBe(
      `https://api.prefect.cloud/api/accounts/${ACCOUNT}/workspaces/${WORKSPACE}`,
    );
    const hosted = resolveConfig({ prefect: { apiUrl: "http://prefect.internal:4200/api/" } }, FILE, {});
    expect(prefectApiUrl(hosted.prefect)).toBe("http://prefect.internal:4200/api");
  });
});
