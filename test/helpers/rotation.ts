import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PrefectClient } from "#prefect/client.ts";
import { deployFlowFile } from "#rehearsal/canary.ts";
import type { Stage } from "./stage.ts";

/** A flow that takes as long as it is told. */
const PATIENT = `import time
from prefect import flow

@flow(log_prints=True)
def patient(seconds: float = 1):
    time.sleep(seconds)
    print("slept", seconds)
`;

const ECS_WORKER = { work_pool: "ecs-work-pool", worker_type: "ecs" } as const;

/** A key as Prefect Cloud makes them; a stage's door does not know it yet. */
export const newKey = () => `pnu_${randomBytes(18).toString("hex")}`;

/** The id of a deployment whose runs last as many `seconds` as they are given. */
export async function deployPatientFlow({ dir, prefect }: Stage): Promise<string> {
  const flows = join(dir, "flows");
  await mkdir(flows, { recursive: true });
  const file = join(flows, "patient.py");
  await writeFile(file, PATIENT);
  return (await deployFlowFile(prefect, ECS_WORKER, { file, name: "patient" })).id;
}

/** Waits until a flow run is in a state; any other end is a failure. */
export async function reaches(
  prefect: PrefectClient,
  id: string,
  type: "RUNNING" | "COMPLETED",
): Promise<void> {
  for (;;) {
    const run = await prefect.readFlowRun(id);
    if (run?.state.type === type) return;
    if (["COMPLETED", "FAILED", "CRASHED", "CANCELLED"].includes(run?.state.type ?? ""))
      throw new Error(`Flow run ${run?.name} is ${run?.state.name}: ${run?.state.message}`);
    await sleep(200);
  }
}
