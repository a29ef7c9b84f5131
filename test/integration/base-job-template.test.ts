import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BaseJobTemplate } from "#prefect/job-template.ts";
import { overriddenEnvironment, type RunTaskOracle, runTaskOracle } from "../helpers/prefect-run-task.ts";
import { copyModule, terraformFolder } from "../helpers/terraform-cli.ts";

const KEY = "pnu_canary_0123456789abcdef";
const SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prefect-AbCdEf";
/** Runs of the module's own tests that apply the module, by Prefect's version. */
const RUNS = { 2: "prefect_2_by_default", 3: "prefect_3_with_a_server_of_ones_own" } as const;

let templates: Record<string, BaseJobTemplate>;
beforeAll(async () => {
  templates = await renderedTemplates();
});

describe.each([2, 3] as const)(
  "the worker module's job template, in a Prefect %i worker's own hands",
  (version) => {
    let oracle: RunTaskOracle;
    let home: string;
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), "prefect-fargate-job-template-"));
      oracle = await runTaskOracle(version, home, KEY);
    });
    afterAll(async () => {
      oracle?.stop();
      await rm(home, { recursive: true, force: true });
    });

    test("a run starts in our cluster, network and roles, with its own log group and without the key", async () => {
      const [sent] = await oracle.ask(templates[RUNS[version]]!, { env: { STAGE: "dev" } });
      const { definition, request } = sent!;
      expect(definition).toMatchObject({
        cpu: "512",
        memory: "1024",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        executionRoleArn: "arn:aws:iam::111122223333:role/execution",
        runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
        containerDefinitions: [
          {
            image: `prefecthq/prefect:${version}-latest`,
            secrets: [{ name: "PREFECT_API_KEY", valueFrom: SECRET_ARN }],
            logConfiguration: {
              logDriver: "awslogs",
              options: { "awslogs-group": "/prefect/dev-worker/flow-runs", "awslogs-create-group": "false" },
            },
          },
        ],
      });
      expect(request).toMatchObject({
        cluster: "arn:aws:ecs:eu-west-1:111122223333:cluster/prefect-cluster",
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: { subnets: ["subnet-1", "subnet-2"], assignPublicIp: "DISABLED" },
        },
        overrides: { taskRoleArn: "arn:aws:iam::111122223333:role/made-up" },
      });
      expect(overriddenEnvironment(sent!)).toMatchObject({ STAGE: "dev" });
      expect(overriddenEnvironment(sent!)).not.toHaveProperty("PREFECT_API_KEY");
      expect(JSON.stringify(sent)).not.toContain(KEY);
    });
  },
);

/** What the module gives when Terraform evaluates it, by run. */
async function renderedTemplates(): Promise<Record<string, BaseJobTemplate>> {
  await using folder = await terraformFolder();
  await copyModule("worker", folder.dir);
  await folder.run("init", "-input=false");
  const lines = (await folder.run("test", "-json", "-verbose")).split("\n");
  const events = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return Object.fromEntries(
    events
      .filter(({ type }) => type === "test_state")
      .map((event) => [event["@testrun"], JSON.parse(event.test_state.outputs.base_job_template.value)]),
  );
}
