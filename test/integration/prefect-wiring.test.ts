import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { overrideFindings } from "#prefect/deployment-overrides.ts";
import { type BaseJobTemplate, type JsonObject, stockTemplate } from "#prefect/job-template.ts";
import { wire } from "#prefect/wiring.ts";
import {
  overriddenEnvironment,
  type RunTaskOracle,
  runTaskOracle,
  type SentToEcs,
} from "../helpers/prefect-run-task.ts";
import {
  container,
  desiredTemplate,
  EXECUTION_ROLE_ARN,
  SECRET_ARN,
  TASK_ROLE_ARN,
  variable,
} from "../helpers/prefect-template.ts";

const KEY = "pnu_canary_0123456789abcdef";
const REFERENCE = JSON.stringify({ name: "PREFECT_API_KEY", valueFrom: SECRET_ARN });

describe.each([2, 3] as const)("what a Prefect %i worker sends to ECS", (version) => {
  let oracle: RunTaskOracle;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "prefect-fargate-run-task-"));
    oracle = await runTaskOracle(version, home, KEY);
  });
  afterAll(async () => {
    oracle?.stop();
    await rm(home, { recursive: true, force: true });
  });
  const leaks = (message: SentToEcs) => JSON.stringify(message).includes(KEY);

  /** A stock pool as people fill it: variables of its own, and the key in clear in two places. */
  function messy(): BaseJobTemplate {
    const template = stockTemplate(version);
    variable(template, "env").default = { REGION: "eu", PREFECT_API_KEY: KEY };
    container(template).environment = [
      { name: "PREFECT_API_KEY", value: KEY },
      { name: "TZ", value: "UTC" },
    ];
    container(template).secrets = [
      { name: "DB_PASSWORD", valueFrom: "arn:aws:ssm:us-east-1:1:parameter/db" },
    ];
    return template;
  }
  const deployments: JsonObject[] = [
    {},
    { env: {} },
    { env: { STAGE: "dev" } },
    { env: { STAGE: "dev", PREFECT_API_KEY: null } },
    { image: "example.com/flows:1", cpu: 1024, memory: 2048 },
    ...(version === 3 ? [{ "env.STAGE": "dev" }, { prefect_api_key_secret_arn: "arn:of:a:deployment" }] : []),
  ];

  test("has the key in clear when the pool is as Prefect makes it, which shows that this test can fail", async () => {
    expect((await oracle.ask(stockTemplate(version), {})).every(leaks)).toBe(true);
  });

  test("has the key nowhere in clear, whatever pool and deployment bring along, once the pool is wired", async () => {
    for (const pool of [stockTemplate(version), messy()]) {
      const { template } = wire(pool, desiredTemplate(version, { FROM_CONFIG: "1" }));
      for (const [index, message] of (await oracle.ask(template, ...deployments)).entries()) {
        expect([deployments[index], leaks(message)]).toEqual([deployments[index], false]);
        expect(overriddenEnvironment(message)).not.toHaveProperty("PREFECT_API_KEY");
        expect(JSON.stringify(message.definition)).toContain(REFERENCE);
      }
    }
  });

  test("still has the environment of pool, config and deployment", async () => {
    const { template } = wire(messy(), desiredTemplate(version, { FROM_CONFIG: "1" }));
    const [message] = await oracle.ask(template, { env: { STAGE: "dev", REGION: "us" } });
    expect(overriddenEnvironment(message!)).toMatchObject({ REGION: "us", FROM_CONFIG: "1", STAGE: "dev" });
    expect(message!.definition.containerDefinitions).toMatchObject([
      {
        environment: [{ name: "TZ", value: "UTC" }],
        secrets: [{ name: "DB_PASSWORD" }, { name: "PREFECT_API_KEY" }],
      },
    ]);
  });

  test("places the run in our cluster and network, with our roles and logs", async () => {
    const { template } = wire(stockTemplate(version), desiredTemplate(version));
    const [message] = await oracle.ask(template, {});
    expect(message!.request).toMatchObject({
      cluster: "arn:aws:ecs:us-east-1:123456789012:cluster/prefect-cluster",
      launchType: "FARGATE",
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ["subnet-0a", "subnet-0b"],
          securityGroups: ["sg-0f"],
          assignPublicIp: "DISABLED",
        },
      },
      overrides: { taskRoleArn: TASK_ROLE_ARN },
    });
    expect(message!.definition).toMatchObject({
      executionRoleArn: EXECUTION_ROLE_ARN,
      cpu: "512",
      memory: "1024",
      containerDefinitions: [
        {
          logConfiguration: {
            options: { "awslogs-group": "/prefect/flow-runs", "awslogs-create-group": "false" },
          },
        },
      ],
    });
  });

  test("has the key in clear after all where a deployment sets it, as our check of deployments says", async () => {
    const { template } = wire(stockTemplate(version), desiredTemplate(version));
    const own: JsonObject = { env: { PREFECT_API_KEY: KEY } };
    expect((await oracle.ask(template, own)).every(leaks)).toBe(true);
    expect(overrideFindings(own)).toMatchObject([{ kind: "leak", variable: "env.PREFECT_API_KEY" }]);
  });

  test("would have it again in Prefect 2 after somebody gives the pool a default environment: wiring mends it", async () => {
    const { template } = wire(stockTemplate(version), desiredTemplate(version));
    variable(template, "env").default = { REGION: "eu" };
    expect((await oracle.ask(template, {})).some(leaks)).toBe(version === 2);
    const again = wire(template, desiredTemplate(version));
    expect(again.diff.map(({ path }) => path)).toContain("variables.properties.env.default.REGION");
    const [message] = await oracle.ask(again.template, {});
    expect(leaks(message!)).toBe(false);
    expect(overriddenEnvironment(message!)).toMatchObject({ REGION: "eu" });
  });
});
