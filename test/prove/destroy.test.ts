import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findTerraform } from "#engine/find-terraform.ts";
import { added, type Inventory, inventory } from "../helpers/inventory.ts";
import { deployPatientFlow, reaches } from "../helpers/rotation.ts";
import { openStage, type Stage } from "../helpers/stage.ts";

let stage: Stage;
let before: Inventory;
let patient: string;
beforeAll(async () => {
  stage = await openStage({ version: 2, existingCluster: true });
  before = await inventory(stage.aws);
  await stage.must(["deploy", "--yes"]);
  patient = await deployPatientFlow(stage);
});
afterAll(() => stage?.close());

const system = () => join(stage.dir, ".prefect-fargate");

async function startRun(seconds: number): Promise<string> {
  const { id } = await stage.prefect.createFlowRun(patient, { parameters: { seconds } });
  await reaches(stage.prefect, id, "RUNNING");
  return id;
}

const pool = () => stage.prefect.readWorkPool("ecs-work-pool");

describe("destroy", () => {
  test("asks nobody where nobody can answer, and removes nothing", async () => {
    const { stderr, status } = await stage.cli(["destroy"]);
    expect(stderr).toContain("NOBODY_TO_ASK");
    expect(status).toBe(1);
    expect(await pool()).toMatchObject({ paused: false });
  });

  test("while a flow run is under way refuses, names it, and leaves the pool as it is", async () => {
    const run = await startRun(3600);
    const { stderr, status } = await stage.cli(["destroy", "--yes"]);
    expect(stderr).toMatch(
      /FLOW_RUNS_UNDER_WAY: A flow run is under way\.\n {2}\S+: Running, in ecs-work-pool\n→ .*--wait.*--stop-runs/,
    );
    expect(status).toBe(1);
    expect(await pool()).toMatchObject({ paused: false });
    expect((await stage.prefect.readFlowRun(run))?.state.type).toBe("RUNNING");
  });

  test("--stop-runs cancels it and leaves nothing but the paused pool", async () => {
    const { stdout } = await stage.must(["destroy", "--yes", "--stop-runs"]);
    expect(stdout).toContain("shared-cluster is removed from us-east-1");
    expect(added(before, await inventory(stage.aws))).toEqual({});
    expect(await pool()).toMatchObject({ paused: true });
    const runs = await stage.prefect.listFlowRuns({ workPool: "ecs-work-pool" }, 10);
    expect(runs.map(({ state }) => state.type)).toEqual(["CANCELLED"]);
  });

  test("of what is destroyed already says so", async () => {
    const { stderr, status } = await stage.cli(["destroy", "--yes"]);
    expect(stderr).toContain("NOTHING_TO_DESTROY");
    expect(status).toBe(1);
  });

  test("--wait lets a run of the next deploy, which has the same names, come to its end", async () => {
    await stage.must(["deploy", "--yes"]);
    expect(await pool()).toMatchObject({ paused: false });
    const run = await startRun(15);
    await stage.must(["destroy", "--yes", "--wait"]);
    expect((await stage.prefect.readFlowRun(run))?.state.type).toBe("COMPLETED");
    expect(added(before, await inventory(stage.aws))).toEqual({});
  });

  test("lists what is ours and not in the state, and the next deploy and destroy remove it", async () => {
    await stage.must(["deploy", "--yes"]);
    const terraform = await findTerraform({ env: stage.env });
    const role = "module.task_execution_role.aws_iam_role.this";
    await execa(terraform.path, ["state", "rm", role], { cwd: system() });
    const { stderr, status } = await stage.cli(["destroy", "--yes"]);
    expect(stderr).toContain("LEFT_BEHIND: The IAM role prefect-task-execution-role is still there and ours");
    expect(status).toBe(1);
    await stage.must(["deploy", "--yes"]);
    await stage.must(["destroy", "--yes"]);
    expect(added(before, await inventory(stage.aws))).toEqual({});
  });

  test("without a state names what exists all the same", async () => {
    await stage.must(["deploy", "--yes"]);
    await rm(join(system(), "terraform.tfstate"));
    const { stderr } = await stage.cli(["destroy", "--yes"]);
    expect(stderr).toMatch(/LEFT_BEHIND: \d+ things are still there/);
    expect(stderr).toMatch(/^ {2}ECS service dev-worker \(/m);
    await stage.must(["deploy", "--yes"]);
    await stage.must(["destroy", "--yes", "--delete-pool"]);
    expect(added(before, await inventory(stage.aws))).toEqual({});
    expect(await pool()).toBeUndefined();
  });
});
