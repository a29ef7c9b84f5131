import { existsSync, globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stockTemplate } from "#prefect/job-template.ts";
import { added, inventory } from "../helpers/inventory.ts";
import { openStage, type Stage, type StartedCli } from "../helpers/stage.ts";

/** What happens to a deploy from outside, and what it then prints. */
let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ version: 2, existingCluster: true });
});
afterAll(() => stage?.close());

/** Ids, times, people and folders differ from run to run. */
const scrubbed = (text: string): string =>
  text
    .slice(text.search(/^[A-Z_]+: /m))
    .replaceAll(stage.cloud.door.workspaceUrl, "API")
    .replaceAll(stage.dir, "PROJECT")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "LOCK")
    .replace(/\b[0-9a-f]{32}\b|\b[0-9a-f]{8}\b/g, "TASK")
    .replace(/locked by \S+?,/, "locked by SOMEBODY,")
    .replace(/since .* UTC \(.*?\)/, "since THEN")
    .replace(/[\w./-]*terraform -chdir/g, "terraform -chdir")
    .replace(/run-\S+\/plan/g, "run/plan");

/** Waits until a deploy's Terraform applies; its process id. */
async function applying({ process, ended }: StartedCli): Promise<number> {
  const dir = join(stage.dir, ".prefect-fargate");
  let said = "";
  process.stderr!.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  const over = ended.then(() => true);
  for (;;) {
    const [record] = globSync("**/run-*/run.json", { cwd: join(dir, ".terraform", "prefect-fargate") });
    if (said.includes("Apply …") && record && existsSync(join(dir, ".terraform.tfstate.lock.info")))
      return JSON.parse(await readFile(join(dir, ".terraform", "prefect-fargate", record), "utf8")).pid;
    if (await Promise.race([over, sleep(50, false)])) throw new Error(said);
  }
}

describe("deploy", () => {
  test("begins nothing where it cannot ask", async () => {
    const before = await inventory(stage.aws);
    const { stderr, status } = await stage.cli(["deploy"]);
    expect(stderr).toContain("NOBODY_TO_ASK");
    expect(status).toBe(1);
    expect(added(before, await inventory(stage.aws))).toEqual({});
    expect(await stage.prefect.listWorkPools()).toEqual([]);
  });

  test("begins nothing where the pool is of another type", async () => {
    const before = await inventory(stage.aws);
    const name = "ecs-work-pool";
    const baseJobTemplate = stockTemplate(2, "process");
    await stage.prefect.createWorkPool({ name, type: "process", baseJobTemplate });
    const { stderr, stdout, status } = await stage.start(["deploy", "--yes"]).ended;
    expect(scrubbed(stderr)).toMatchInlineSnapshot(`
      "POOL_TYPE_DIFFERS: The work pool ecs-work-pool is of type process, not ecs: a pool cannot change its type.
      → Choose another name for workPool in prefect-fargate.config.ts, or delete the pool: prefect work-pool delete ecs-work-pool
      "
    `);
    expect({ stdout, status }).toEqual({ stdout: "", status: 1 });
    expect(added(before, await inventory(stage.aws))).toEqual({});
    await stage.prefect.deleteWorkPool(name);
  });

  test("beside another one is told who holds the state; that its Terraform was killed is told to the other", async () => {
    const first = stage.start(["deploy", "--yes"]);
    const terraform = await applying(first);
    const second = await stage.cli(["deploy", "--yes"]);
    process.kill(terraform, "SIGKILL");
    expect(scrubbed(second.stderr)).toMatchInlineSnapshot(`
      "STATE_LOCKED: The state terraform.tfstate is locked by SOMEBODY, who is applying changes, since THEN.
        lock: LOCK
        command: terraform -chdir=PROJECT/.prefect-fargate plan -json -input=false -out=PROJECT/.prefect-fargate/.terraform/prefect-fargate/run/plan.tfplan (exit status 1)
      → Wait for it to end. Only if you are sure that no one is at work any more: \`terraform -chdir=PROJECT/.prefect-fargate force-unlock LOCK\`.
      "
    `);
    const killed = await first.ended;
    expect(scrubbed(killed.stderr)).toMatchInlineSnapshot(`
      "TERRAFORM_KILLED: Terraform was ended by SIGKILL: by somebody, or by the system for want of memory.
        command: terraform -chdir=PROJECT/.prefect-fargate apply -json -input=false PROJECT/.prefect-fargate/.terraform/prefect-fargate/run/plan.tfplan (signal SIGKILL)
      → Run this again: it takes over what exists on AWS already and goes on from there.
      "
    `);
    expect([second.status, killed.status]).toEqual([1, 1]);
  });

  test("goes on from there beside a paused pool, and finds the API down at its gate: that is what it says", async () => {
    await stage.prefect.updateWorkPool("ecs-work-pool", { paused: true, description: "Resting" });
    const { ended, process } = stage.start(["deploy", "--yes"]);
    let said = "";
    await new Promise<void>((resolve) => {
      process.stderr!.on("data", (chunk: Buffer) => {
        said += chunk;
        if (said.includes("Worker dev-worker …")) resolve();
      });
    });
    await stage.cloud.door.stop();
    const { stderr, status } = await ended;
    expect(stderr).toContain(
      "Warning: The work pool ecs-work-pool is paused: no run starts until you type: prefect work-pool resume ecs-work-pool",
    );
    expect(scrubbed(stderr)).toMatchInlineSnapshot(`
      "WORKER_NOT_ONLINE: Worker dev-worker did not come ONLINE: the Prefect API at API does not answer, neither the worker nor this machine.
        The Prefect API at API did not answer when asking for /api/accounts/LOCK/workspaces/LOCK/work_pools/ecs-work-pool: nothing listens there (connection refused).
        task TASK logged: httpx.ConnectError: All connection attempts failed
        See https://docs.prefect.io/v3/concepts/workers
        Also: its tasks did not stay up, and ECS's circuit breaker gave up. → Correct the cause and deploy again: prefect-fargate deploy
        ECS gave up on dev-worker:1 of service dev-worker: its tasks did not stay up.
      → When it is up again: prefect-fargate deploy. See whether it is: curl API/health, or https://status.prefect.io
      "
    `);
    expect(status).toBe(1);
  });
});
