import { describe, expect, it } from "vitest";
import { PrefectFargateError } from "#errors";
import { chooseEnvironment, environmentNames, resolveEnvironments } from "./environments.ts";
import type { ConfigInput } from "./schema.ts";

const FILE = "prefect-fargate.config.ts";
const resolve = (input: ConfigInput) => resolveEnvironments(input, FILE, {});
const CLOUD = {
  accountId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
  workspaceId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
};

/** The error as people see it. */
function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof PrefectFargateError)) throw error;
    const { code, message, details, hint } = error;
    const lines = [
      `${code}: ${message}`,
      ...details.map((line) => `  ${line}`),
      ...(hint ? [`→ ${hint}`] : []),
    ];
    return lines.join("\n");
  }
  return "It was accepted.";
}

describe("an environment", () => {
  it("is the rest of the config with its own fields laid over", () => {
    const { dev, prod } = resolve({
      region: "eu-central-1",
      prefect: { version: 3, ...CLOUD },
      workers: { reports: { cpu: 1024, memoryMiB: 2048 } },
      environments: {
        dev: {},
        prod: { region: "eu-west-1", workers: { reports: { desiredCount: 2 } } },
      },
    });
    expect([dev!.region, prod!.region]).toEqual(["eu-central-1", "eu-west-1"]);
    expect(prod!.workers["reports-prod"]).toMatchObject({ cpu: 1024, desiredCount: 2 });
    expect(prod!.prefect).toMatchObject({ version: 3, ...CLOUD });
  });

  it("has names of its own, made from its name", () => {
    const { prod } = resolve({ environments: { prod: {} } });
    expect(prod).toMatchObject({
      environment: "prod",
      cluster: { name: "prefect-cluster-prod" },
      executionRole: { name: "prefect-task-execution-role-prod" },
      discovery: { namespace: "prod.default.prefect.local" },
      network: { name: "prefect-ecs-vpc-prod" },
      prefect: { apiKey: { secretName: "prefect-api-key-prod" } },
      tags: { Environment: "prod" },
    });
    expect(Object.entries(prod!.workers).map(([name, { workPool }]) => [name, workPool])).toEqual([
      ["prod-worker", "ecs-work-pool-prod"],
    ]);
  });

  it("takes what is said of a pool along to the pool's own name", () => {
    const workPools = { "ecs-work-pool": { concurrencyLimit: 9 } };
    expect(Object.keys(resolve({ workPools, environments: { prod: {} } }).prod!.workPools)).toEqual([
      "ecs-work-pool-prod",
    ]);
  });

  it("keeps the names that it gives, and those that already say it", () => {
    const { dev } = resolve({
      cluster: { name: "data-dev" },
      environments: {
        dev: { executionRole: { name: "ecs-execution" }, tags: { environment: "development" } },
      },
    });
    expect(dev).toMatchObject({
      cluster: { name: "data-dev" },
      executionRole: { name: "ecs-execution" },
      tags: { environment: "development" },
    });
    expect(dev!.tags).not.toHaveProperty("Environment");
  });

  it("takes another network as a whole", () => {
    const { prod } = resolve({
      network: { cidrBlock: "10.1.0.0/16" },
      environments: { prod: { network: { kind: "existing", vpcId: "vpc-0123456789abcdef0" } } },
    });
    expect(prod!.network).toEqual({
      kind: "existing",
      isolated: false,
      vpcId: "vpc-0123456789abcdef0",
      assignPublicIp: false,
    });
  });

  it("takes a secret that exists in place of one that would be made", () => {
    const secretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:prefect-AbCdEf";
    const { prod } = resolve({
      prefect: { apiKey: { secretName: "key" } },
      environments: { prod: { prefect: { apiKey: { secretArn } } } },
    });
    expect(prod!.prefect.apiKey).toEqual({ secretArn });
  });

  it("is chosen by name", () => {
    const input = { environments: { dev: {}, prod: { region: "eu-west-1" } } };
    expect(chooseEnvironment(input, "prod", FILE, {}).region).toBe("eu-west-1");
    expect(environmentNames(input)).toEqual(["dev", "prod"]);
  });
});

describe("refused", () => {
  it("is to guess which environment is meant", () => {
    expect(
      failureOf(() => chooseEnvironment({ environments: { dev: {}, prod: {} } }, undefined, FILE, {})),
    ).toMatchInlineSnapshot(`
        "ENVIRONMENT_NEEDED: prefect-fargate.config.ts describes 2 environments: dev, prod.
        → Say which one is meant: --env dev"
      `);
  });

  it("is an environment that the config does not have", () => {
    expect(
      failureOf(() => chooseEnvironment({ environments: { dev: {}, prod: {} } }, "test", FILE, {})),
    ).toMatchInlineSnapshot(`
        "ENVIRONMENT_UNKNOWN: prefect-fargate.config.ts has no environment test.
        → Choose --env dev or --env prod"
      `);
    expect(failureOf(() => chooseEnvironment({}, "prod", FILE, {}))).toMatchInlineSnapshot(`
      "ENVIRONMENT_UNKNOWN: prefect-fargate.config.ts has no environment prod.
      → Leave --env out, or add environments: { prod: {} } to prefect-fargate.config.ts"
    `);
  });

  it("are environments that would have the same things", () => {
    const cluster = { name: "shared" };
    const workers = { worker: { workPool: "pool" } };
    expect(
      failureOf(() =>
        resolve({
          workers: { worker: {} },
          environments: { dev: { cluster, workers }, prod: { cluster, workers } },
        }),
      ),
    ).toMatchInlineSnapshot(`
      "ENVIRONMENTS_COLLIDE: The environments dev and prod would both have the ECS cluster shared.
        The environments dev and prod would both have the work pool pool.
      → Leave cluster.name out of environments.prod, so that it is made from the environment's name, or write another one in prefect-fargate.config.ts"
    `);
  });

  it("are not equal names in different places", () => {
    const named = { cluster: { name: "prefect" }, executionRole: { name: "execution" } };
    const { dev, prod } = resolve({
      environments: {
        dev: { ...named, awsAccount: "111122223333" },
        prod: { ...named, awsAccount: "444455556666" },
      },
    });
    expect([dev!.cluster.name, prod!.cluster.name]).toEqual(["prefect", "prefect"]);
  });

  it("are roles of one name in one account, even in two regions", () => {
    const executionRole = { name: "execution" };
    expect(
      failureOf(() =>
        resolve({
          environments: {
            dev: { executionRole, region: "eu-west-1" },
            prod: { executionRole, region: "us-east-1" },
          },
        }),
      ),
    ).toContain("would both have the role execution");
  });

  it("is what the schema refuses, with the environment's name", () => {
    expect(
      failureOf(() => resolve({ environments: { dev: {}, prod: { cluster: { name: "a b" } } } })),
    ).toMatchInlineSnapshot(`
        "CONFIG_INVALID: name "a b" has a space, which AWS refuses in the name of an ECS cluster.
          The name of an ECS cluster has up to 255 characters: letters, digits, hyphens and underscores.
          It stands at cluster.name.
        → Set name: "a-b" in prefect-fargate.config.ts for prod"
      `);
  });

  it("is a name that an environment cannot have", () => {
    expect(failureOf(() => resolve({ environments: { "Prod!": {} } }))).toContain(
      "is not a name that an environment can have",
    );
  });

  it.each([
    ["a wildcard for the repository", { repository: "acme/*" }, "AWS would trust other repositories too"],
    ["a wildcard for the branch", { repository: "acme/data", branch: "*" }, "could deploy"],
    ["an organization without a project", { organizationId: CLOUD.accountId }, "only a part"],
  ])("is a trust that is too wide: %s", (_what, pipeline, sentence) => {
    expect(failureOf(() => chooseEnvironment({ pipeline }, undefined, FILE, {}))).toContain(sentence);
  });
});
