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
 * A deploy is killed, the next one brings the system up as the config says, and a destroy leaves the account as it was.
 * What the killed one printed comes back, for whoever wants to look.
 */
export async function survivesKill(stage: Stage, kill: Kill): Promise<string> {
  const before = await inventory(stage.aws);
  const started = stage.start(["deploy", "--yes"]);
  await strike(started, kill);
  const killed = await started.ended;
  const told = `${JSON.stringify(kill)}\n${killed.stderr}`;
  // It may have come to its end a moment before.
  if (killed.status !== 0 || killed.signal !== null)
    expect([killed.signal ?? "", killed.status], told).toEqual(
      kill.signal === "SIGKILL" ? ["SIGKILL", -1] : ["", 130],
    );

  const next = await stage.cli(["deploy", "--yes"]);
  expect(next.stdout, `${told}${next.stderr}`).toContain("dev-worker is ONLINE in ecs-work-pool");
  // As far as Terraform is concerned: what the gate waits for makes no difference to it.
  const plan = await stage.cli(["plan"]);
  expect(plan.status, `${told}${plan.stdout}${plan.stderr}`).toBe(0);
  const gone = await stage.cli(["destroy", "--yes", "--delete-pool"]);
  expect(gone.status, `${told}${gone.stderr}`).toBe(0);
  expect(added(before, await inventory(stage.aws)), told).toEqual({});
  expect(await stage.prefect.listWorkPools(), told).toEqual([]);
  return killed.stderr;
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
