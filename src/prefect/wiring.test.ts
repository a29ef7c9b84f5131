import { describe, expect, test } from "vitest";
import {
  container,
  desiredTemplate,
  EXECUTION_ROLE_ARN,
  SECRET_ARN,
  TASK_ROLE_ARN,
  variable,
} from "../../test/helpers/prefect-template.ts";
import { type BaseJobTemplate, type JsonObject, stockTemplate } from "./job-template.ts";
import { wire } from "./wiring.ts";

const versions = [2, 3] as const;
const empty = { job_configuration: {}, variables: {} };

describe.each(versions)("wiring a pool for Prefect %i", (version) => {
  const desired = desiredTemplate(version);

  test("fills a stock template with cluster, network, roles, logs and the key's reference", () => {
    const { template, warnings, kept } = wire(stockTemplate(version), desired);
    expect(variable(template, "cluster").default).toMatch(/cluster\/prefect-cluster$/);
    expect(variable(template, "vpc_id").default).toBe("vpc-0a1b2c3d");
    expect(variable(template, "network_configuration").default).toMatchObject({ assignPublicIp: "DISABLED" });
    expect(variable(template, "execution_role_arn").default).toBe(EXECUTION_ROLE_ARN);
    expect(variable(template, "task_role_arn").default).toBe(TASK_ROLE_ARN);
    expect(variable(template, "configure_cloudwatch_logs").default).toBe(true);
    expect(variable(template, "cpu").default).toBe(512);
    expect(variable(template, "match_latest_revision_in_family").default).toBe(true);
    expect(template.job_configuration.env).toEqual({ PREFECT_API_KEY: null });
    expect(container(template).secrets).toEqual([{ name: "PREFECT_API_KEY", valueFrom: SECRET_ARN }]);
    expect(warnings).toEqual([]);
    expect(kept).toEqual([]);
  });

  test("gives an empty template all of the wanted one", () => {
    const { template } = wire(empty, desired);
    expect(template).toEqual(wire(desired, desired).template);
  });

  test("changes nothing the second time", () => {
    const { template } = wire(stockTemplate(version), desired);
    expect(wire(template, desired).diff).toEqual([]);
  });

  test("lets the pool's own image, cpu and memory stand, and says so", () => {
    const current = stockTemplate(version);
    variable(current, "image").default = "example.com/flows:7";
    variable(current, "cpu").default = 4096;
    const { template, kept } = wire(current, desired);
    expect(variable(template, "image").default).toBe("example.com/flows:7");
    expect(variable(template, "cpu").default).toBe(4096);
    expect(variable(template, "memory").default).toBe(1024);
    expect(kept).toEqual([
      `image is "example.com/flows:7" in the pool; "prefecthq/prefect:${version}-latest" was not put there.`,
      "cpu is 4096 in the pool; 512 was not put there.",
    ]);
  });

  test("follows the config where the pool has what the config said before", () => {
    const { template } = wire(stockTemplate(version), desired);
    const bigger = desiredTemplate(version);
    variable(bigger, "cpu").default = 1024;
    const changed = wire(template, bigger);
    expect(variable(changed.template, "cpu").default).toBe(1024);
    expect(changed.diff.map(({ path, before, after }) => [path, before, after])).toContainEqual([
      "variables.properties.cpu.default",
      512,
      1024,
    ]);
  });

  test("does not follow the config where somebody changed the pool in between", () => {
    const { template } = wire(stockTemplate(version), desired);
    variable(template, "cpu").default = 2048;
    const bigger = desiredTemplate(version);
    variable(bigger, "cpu").default = 1024;
    expect(variable(wire(template, bigger).template, "cpu").default).toBe(2048);
  });

  test("takes back a cluster, a network or roles written into the job configuration", () => {
    const current = stockTemplate(version);
    current.job_configuration.cluster = "another";
    const request = current.job_configuration.task_run_request as JsonObject;
    request.cluster = "another";
    request.networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-x"] } };
    request.launchType = "EC2";
    (request.overrides as JsonObject).executionRoleArn = "arn:aws:iam::1:role/x";
    variable(current, "capacity_provider_strategy").default = [
      { capacityProvider: "FARGATE_SPOT", weight: 1 },
    ];
    const { template } = wire(current, desired);
    const wired = template.job_configuration.task_run_request as JsonObject;
    expect(wired).toEqual(desired.job_configuration.task_run_request);
    expect(template.job_configuration.cluster).toBe("{{ cluster }}");
    expect(variable(template, "capacity_provider_strategy").default ?? undefined).toBeUndefined();
  });

  test("moves the pool's environment to where it cannot undo the null that hides the key", () => {
    const current = stockTemplate(version);
    variable(current, "env").default = { REGION: "eu", PREFECT_LOGGING_LEVEL: "DEBUG" };
    const { template, warnings } = wire(current, desired);
    expect(variable(template, "env")).not.toHaveProperty("default");
    expect(template.job_configuration.env).toEqual({
      REGION: "eu",
      PREFECT_LOGGING_LEVEL: "DEBUG",
      PREFECT_API_KEY: null,
    });
    expect(warnings).toEqual([]);
  });

  test("removes a key that stands in clear in the pool, says so, and never shows it", () => {
    const current = stockTemplate(version);
    variable(current, "env").default = { PREFECT_API_KEY: "pnu_canary" };
    container(current).environment = [
      { name: "PREFECT_API_KEY", value: "pnu_canary" },
      { name: "TZ", value: "UTC" },
    ];
    const overrides = (current.job_configuration.task_run_request as JsonObject).overrides as JsonObject;
    (overrides.containerOverrides as JsonObject[])[0]!.environment = [
      { name: "PREFECT_API_KEY", value: "pnu_canary" },
    ];
    const wired = wire(current, desired);
    expect(JSON.stringify(wired.template)).not.toContain("pnu_canary");
    expect(JSON.stringify([wired.diff, wired.warnings])).not.toContain("pnu_canary");
    expect(wired.warnings).toHaveLength(3);
    expect(wired.warnings[0]).toMatch(/^PREFECT_API_KEY stood in clear in the pool's environment/);
    expect(container(wired.template).environment).toEqual([{ name: "TZ", value: "UTC" }]);
  });

  test("keeps the container's own secrets and puts the key beside them", () => {
    const current = stockTemplate(version);
    const database = { name: "DB_PASSWORD", valueFrom: "arn:aws:ssm:us-east-1:1:parameter/db" };
    container(current).secrets = [{ name: "PREFECT_API_KEY", valueFrom: "arn:old" }, database];
    expect(container(wire(current, desired).template).secrets).toEqual([
      { name: "PREFECT_API_KEY", valueFrom: SECRET_ARN },
      database,
    ]);
  });

  test("gives the key to the container that runs the flow, not to a sidecar before it", () => {
    const current = stockTemplate(version);
    const definition = current.job_configuration.task_definition as JsonObject;
    definition.containerDefinitions = [
      { name: "sidecar", image: "x" },
      { name: "prefect", image: "{{ image }}" },
    ];
    const { template } = wire(current, desired);
    const wired = (template.job_configuration.task_definition as JsonObject)
      .containerDefinitions as JsonObject[];
    expect(wired[0]).toEqual({ name: "sidecar", image: "x" });
    expect(wired[1]!.secrets).toEqual([{ name: "PREFECT_API_KEY", valueFrom: SECRET_ARN }]);
  });

  test("takes Prefect's own secret fields away: beside the null they end every run with a KeyError", () => {
    const { template } = wire(stockTemplate(3), desired);
    expect(template.job_configuration).not.toHaveProperty("prefect_api_key_secret_arn");
    expect(template.variables.properties).not.toHaveProperty("prefect_api_key_secret_arn");
  });

  test("sets the config's flow environment by name, and takes back what it no longer names", () => {
    const first = wire(stockTemplate(version), desiredTemplate(version, { STAGE: "dev", OLD: "1" })).template;
    (first.job_configuration.env as JsonObject).MINE = "kept";
    const { template } = wire(first, desiredTemplate(version, { STAGE: "prod" }));
    expect(template.job_configuration.env).toEqual({ STAGE: "prod", MINE: "kept", PREFECT_API_KEY: null });
  });

  test("leaves a system without a key without secrets and without a null", () => {
    const open = desiredTemplate(version);
    open.job_configuration.env = "{{ env }}";
    delete container(open).secrets;
    const { template } = wire(stockTemplate(version), open);
    expect(template.job_configuration.env).toBe("{{ env }}");
    expect(container(template)).not.toHaveProperty("secrets");
  });

  test("warns of a task definition of the pool's own, which the wiring cannot reach", () => {
    const current = stockTemplate(version);
    variable(current, "task_definition_arn").default = "arn:aws:ecs:us-east-1:1:task-definition/mine:3";
    expect(wire(current, desired).warnings).toEqual([expect.stringContaining("task-definition/mine:3")]);
  });

  test("warns of a placeholder that copies the worker's own key", () => {
    const current = stockTemplate(version);
    (container(current) as JsonObject).dockerLabels = { key: "{{ $PREFECT_API_KEY }}" };
    expect(wire(current, desired).warnings).toEqual([expect.stringContaining("placeholder")]);
  });

  test("replaces a placeholder that stands where the wiring must go, with a warning", () => {
    const current = stockTemplate(version);
    current.job_configuration.task_run_request = "{{ request }}";
    current.job_configuration.env = "{{ environment }}";
    const { template, warnings } = wire(current, desired);
    expect(template.job_configuration.task_run_request).toEqual(desired.job_configuration.task_run_request);
    expect(warnings).toHaveLength(2);
  });

  test("declares the variables that its placeholders need", () => {
    const current = stockTemplate(version);
    const properties = current.variables.properties as JsonObject;
    delete properties.cluster;
    delete properties.vpc_id;
    delete properties.aws_credentials;
    delete current.variables.definitions;
    const { template } = wire(current, desired);
    expect(template.variables.definitions).toEqual(desired.variables.definitions);
    expect(template.variables.properties).toHaveProperty("aws_credentials");
    expect(variable(template, "cluster").title).toBe("Cluster");
    expect(variable(template, "vpc_id").default).toBe("vpc-0a1b2c3d");
  });
});

describe("moving a pool between majors", () => {
  const moved = (from: 2 | 3, to: 2 | 3): BaseJobTemplate =>
    wire(wire(stockTemplate(from), desiredTemplate(from)).template, desiredTemplate(to)).template;

  test("gives Prefect 2's worker back the start timeout that Prefect 3's template has at zero", () => {
    const { job_configuration, variables } = moved(3, 2);
    expect(job_configuration.task_start_timeout_seconds).toBe("{{ task_start_timeout_seconds }}");
    expect(variables.properties).toHaveProperty("task_start_timeout_seconds.default", 300);
  });

  test("brings the new image, as nobody chose the old one", () => {
    expect(variable(moved(2, 3), "image").default).toBe("prefecthq/prefect:3-latest");
  });
});

describe("a server that asks otherwise than before", () => {
  const desired = desiredTemplate(3);
  const asking = (...names: string[]): BaseJobTemplate => {
    const template = structuredClone(desired);
    template.job_configuration.env = Object.fromEntries(names.map((name) => [name, null]));
    container(template).secrets = names.map((name) => ({ name, valueFrom: SECRET_ARN }));
    return template;
  };

  test("leaves nothing of the old way behind, as no task could read its secret", () => {
    const keyed = wire(stockTemplate(3), asking("PREFECT_API_KEY")).template;
    const { template } = wire(keyed, asking("PREFECT_API_AUTH_STRING"));
    expect(template.job_configuration.env).toEqual({ PREFECT_API_AUTH_STRING: null });
    expect(container(template).secrets).toEqual([{ name: "PREFECT_API_AUTH_STRING", valueFrom: SECRET_ARN }]);
    const silent = wire(template, asking()).template;
    expect(silent.job_configuration.env).toEqual({});
    expect(container(silent)).not.toHaveProperty("secrets");
  });

  test("has its authority in the container's environment, beside what people put there, as long as it is wanted", () => {
    const trusting = asking("PREFECT_API_KEY");
    container(trusting).environment = [{ name: "PREFECT_FARGATE_CA", value: "PEM" }];
    variable(trusting, "command").default = "sh -ec '…' sh prefect flow-run execute";
    const current = stockTemplate(3);
    container(current).environment = [{ name: "TZ", value: "UTC" }];
    const { template } = wire(current, trusting);
    expect(container(template).environment).toEqual([
      { name: "TZ", value: "UTC" },
      { name: "PREFECT_FARGATE_CA", value: "PEM" },
    ]);
    expect(wire(template, trusting).diff).toEqual([]);
    const without = wire(template, asking("PREFECT_API_KEY")).template;
    expect(container(without).environment).toEqual([{ name: "TZ", value: "UTC" }]);
    expect(variable(without, "command").default ?? null).toBeNull();
  });
});
