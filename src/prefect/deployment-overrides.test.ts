import { describe, expect, test } from "vitest";
import { deploymentFindings, overrideFindings } from "./deployment-overrides.ts";

describe("job variables of a deployment", () => {
  test.each([
    [{ env: { PREFECT_API_KEY: "pnu_canary" } }],
    [{ "env.PREFECT_API_KEY": "pnu_canary" }],
    [{ env: { PREFECT_API_AUTH_STRING: "pnu_canary" } }],
  ])("that bring a secret of their own are a leak, told without it: %j", (jobVariables) => {
    const findings = overrideFindings(jobVariables);
    expect(findings.map(({ kind }) => kind)).toEqual(["leak"]);
    expect(JSON.stringify(findings)).not.toContain("pnu_canary");
  });

  test.each([
    [{}],
    [{ env: {} }],
    [{ env: { PREFECT_API_KEY: null, STAGE: "dev" } }],
    [{ image: "x", cpu: 256 }],
    [{ network_configuration: {} }],
  ])("that keep to the pool are none: %j", (jobVariables) => {
    expect(overrideFindings(jobVariables)).toEqual([]);
  });

  test("that place their runs elsewhere are told by variable", () => {
    const findings = overrideFindings({
      cluster: "mine",
      task_role_arn: "arn:r",
      task_definition_arn: "arn:t",
    });
    expect(findings.map(({ kind, variable }) => [kind, variable])).toEqual([
      ["elsewhere", "cluster"],
      ["elsewhere", "task_role_arn"],
      ["elsewhere", "task_definition_arn"],
    ]);
  });

  test("are told with their deployment", () => {
    const found = deploymentFindings([
      { id: "1", name: "quiet", jobVariables: {} },
      { id: "2", name: "loud", jobVariables: { cluster: "mine" } },
    ]);
    expect(found).toMatchObject([
      { deployment: { id: "2", name: "loud" }, finding: { variable: "cluster" } },
    ]);
  });
});
