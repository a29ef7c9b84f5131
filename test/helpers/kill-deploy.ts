import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { seededRandom } from "#scaling/simulator/random.ts";
import { added, inventory } from "./inventory.ts";
import type { Stage, StartedCli } from "./stage.ts";

/** A moment in a deploy: so long after it has said that it begins with this. */
export interface Kill {
  readonly seed: string;
  readonly signal: "SIGKILL" | "SIGINT";
  readonly stage: string;
  readonly afterMs: number;
}

/** What a deploy begins one after the other, and about as long as each takes where nothing else runs. */
const STAGES = [
  { stage: "Prefect's API", usualMs: 400 },
  { stage: "Plan", usualMs: 3_500 },
  { stage: "Apply", usualMs: 2_500 },
  { stage: "Apply", usualMs: 5_000 },
  { stage: "Worker dev-worker", usualMs: 4_000 },
] as const;

/** As many kills as are asked for, spread over the stages; the same for the same seed. */
export function kills(seed: string, count: number): Kill[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const own = random.fork(String(index));
    const { stage, usualMs } = STAGES[index % STAGES.length]!;
    return {
      seed: `${seed}/${index}`,
      signal: own.chance(0.5) ? "SIGKILL" : "SIGINT",
      stage,
      afterMs: Math.round(own.between(0, usualMs)),
    };
  });
}

/**
 * Deploys are killed one after the other, each going on from what the one before left; then one is left in peace: it brings the
 * system up as the config says, and a destroy leaves the account as it was.
 */
export async function survivesKills(stage: Stage, ...blows: readonly Kill[]): Promise<void> {
  const before = await inventory(stage.aws);
  const told: string[] = [];
  const soFar = () => told.join("\n");
  for (const kill of blows) {
    const started = stage.start(["deploy", "--yes"]);
    await strike(started, kill);
    const { status, signal, stderr } = await started.ended;
    told.push(JSON.stringify(kill), stderr);
    // It may have come to its end a moment before.
    if (status !== 0 || signal !== null)
      expect([signal, status], soFar()).toEqual(kill.signal === "SIGKILL" ? ["SIGKILL", -1] : [null, 130]);
  }
  const deploy = await stage.cli(["deploy", "--yes"]);
  told.push(deploy.stderr);
  expect(deploy.stdout, soFar()).toContain("dev-worker is ONLINE in ecs-work-pool");
  const plan = await stage.cli(["plan"]);
  expect(plan.status, `${soFar()}${plan.stdout}${plan.stderr}`).toBe(0);
  const destroy = await stage.cli(["destroy", "--yes", "--delete-pool"]);
  told.push(destroy.stderr);
  expect(destroy.status, soFar()).toBe(0);
  expect(added(before, await inventory(stage.aws)), soFar()).toEqual({});
  expect(await stage.prefect.listWorkPools(), soFar()).toEqual([]);
}

async function strike({ process, ended }: StartedCli, { stage, afterMs, signal }: Kill): Promise<void> {
  const begun = new Promise<void>((resolve) => {
    let said = "";
    process.stderr!.on("data", (chunk: Buffer) => {
      said += chunk;
      if (said.includes(`${stage} …`)) resolve();
    });
  });
  await Promise.race([begun, ended]);
  await Promise.race([sleep(afterMs), ended]);
  process.kill(signal);
}
