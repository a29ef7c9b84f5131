import { describe, expect, it } from "vitest";
import { PrefectFargateError } from "#errors";
import { resolveConfig } from "./resolve-config.ts";
import { configWarnings } from "./warnings.ts";

const CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b";
const OFFICE = ["203.0.113.0/24"];
const plain = { image: "acme/webhooks:1", port: 8000 };
const balanced = { ...plain, loadBalancer: { certificateArn: CERTIFICATE, allowedCidrs: OFFICE } };

function problemsOf(input: object): string {
  try {
    resolveConfig(input, "prefect-fargate.config.ts", {});
  } catch (error) {
    if (error instanceof PrefectFargateError) return [error.message, ...error.details].join("\n");
    throw error;
  }
  return "";
}

describe("a service", () => {
  it("is there with its defaults", () => {
    const { services } = resolveConfig({ services: { webhooks: balanced } }, "test", {});
    expect(services.webhooks).toMatchObject({
      cpu: 512,
      memoryMiB: 1024,
      desiredCount: 1,
      healthCheckPath: "/",
      loadBalancer: { http: false, internal: false, deletionProtection: false },
    });
  });

  it.each<[what: string, config: object, sentence: RegExp]>([
    ["a worker's name", { services: { "dev-worker": plain } }, /is the name of a worker too/],
    [
      "the name of what belongs to a worker's flow runs",
      { services: { "dev-worker-flow": plain } },
      /collides with the worker "dev-worker"/,
    ],
    [
      "a name whose role is the task execution role",
      { services: { task: plain } },
      /would have a role called prefect-task-execution-role/,
    ],
    [
      "a name too long for its load balancer",
      { services: { "a-name-of-twenty-five-abc": balanced } },
      /is too long for a service with a load balancer[\s\S]*can have 24/,
    ],
    [
      "the name of a load balancer's security group",
      { services: { hooks: balanced, "hooks-alb": plain } },
      /collides with "hooks-alb"/,
    ],
    [
      "a certificate of another region",
      { region: "eu-central-1", services: { webhooks: balanced } },
      /is in us-east-1, but everything else is to be in eu-central-1/,
    ],
    [
      "no certificate and no word on HTTP",
      { services: { webhooks: { ...plain, loadBalancer: { allowedCidrs: OFFICE } } } },
      /certificateArn is missing/,
    ],
    [
      "a certificate beside HTTP",
      {
        services: {
          webhooks: {
            ...plain,
            loadBalancer: { certificateArn: CERTIFICATE, http: true, allowedCidrs: OFFICE },
          },
        },
      },
      /contradicts http: true/,
    ],
    [
      "nobody who may connect",
      { services: { webhooks: { ...plain, loadBalancer: { http: true, allowedCidrs: [] } } } },
      /lets nobody connect/,
    ],
    [
      "a load balancer without a word on who may connect",
      { services: { webhooks: { ...plain, loadBalancer: { http: true } } } },
      /loadBalancer\.allowedCidrs/,
    ],
    [
      "a load balancer in a network without public subnets",
      {
        network: { kind: "existing", vpcId: "vpc-0a1b2c3d4e5f60718", subnetTags: { Tier: "private" } },
        services: { webhooks: balanced },
      },
      /needs public subnets, and network has none/,
    ],
    [
      "a load balancer in one zone",
      { network: { availabilityZones: 1 }, services: { webhooks: balanced } },
      /has but one zone to be in/,
    ],
    [
      "a variable that is also a secret",
      {
        services: {
          webhooks: {
            ...plain,
            environment: { TOKEN: "none" },
            secrets: { TOKEN: "arn:aws:ssm:us-east-1:111122223333:parameter/token" },
          },
        },
      },
      /is in environment too/,
    ],
    [
      "a secret of another region",
      {
        services: {
          webhooks: {
            ...plain,
            secrets: { TOKEN: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf:key::" },
          },
        },
      },
      /is in eu-west-1, but everything else is to be in us-east-1/,
    ],
    [
      "the key in its environment",
      { services: { webhooks: { ...plain, environment: { PREFECT_API_KEY: "x" } } } },
      /must not be in a config/,
    ],
    [
      "an image for another processor",
      { services: { webhooks: { ...plain, image: "acme/webhooks:1-amd64", architecture: "arm64" } } },
      /is for x86_64 alone/,
    ],
  ])("is refused with %s", (_what, config, sentence) => {
    expect(problemsOf(config)).toMatch(sentence);
  });

  it("may stand inside a network without public subnets", () => {
    const inside = { ...balanced, loadBalancer: { ...balanced.loadBalancer, internal: true } };
    expect(
      problemsOf({
        network: { kind: "existing", vpcId: "vpc-0a1b2c3d4e5f60718", subnetTags: { Tier: "private" } },
        services: { webhooks: inside },
      }),
    ).toBe("");
  });

  it("is warned of plain HTTP, and of the whole internet", () => {
    const config = resolveConfig(
      { services: { webhooks: { ...plain, loadBalancer: { http: true, allowedCidrs: ["0.0.0.0/0"] } } } },
      "test",
      {},
    );
    expect(configWarnings(config).join("\n")).toMatch(/speaks plain HTTP[\s\S]*the whole internet/);
  });

  it("gets its environment's name, so that two environments share an account", () => {
    const input = { environments: { dev: {}, prod: {} }, services: { webhooks: plain } };
    expect(problemsOf(input)).toBe("");
  });
});
