import { StopTaskCommand } from "@aws-sdk/client-ecs";
import { PrefectFargateError } from "#errors";
import type { FlowRun } from "#prefect/client.ts";
import type { Reporter, Stage } from "#reporter";
import { findFlowRunTask } from "./flow-run-task.ts";
import { poll } from "./poll.ts";
import type { Workplace } from "./workplace.ts";

/** What happens to flow runs that are under way. */
export type FlowRunPolicy = "refuse" | "wait" | "stop";

const UNDER_WAY = ["PENDING", "RUNNING", "CANCELLING"] as const;
const MOST_LISTED = 200;
const MOST_SHOWN = 10;
/** Flow runs may take a day; nobody waits longer without looking. */
const WAIT_SECONDS = 24 * 3600;
/** A task ends its flow run within some seconds of being asked through Prefect; then it is stopped. */
const GRACE_SECONDS = 45;
const INTERVAL_SECONDS = 2;

type Parts = Pick<Workplace, "prefect" | "aws">;

/** Flow runs of these pools that have begun and not ended. */
export async function flowRunsUnderWay(
  { prefect }: Pick<Workplace, "prefect">,
  pools: readonly string[],
): Promise<FlowRun[]> {
  const lists = await Promise.all(
    pools.map((workPool) => prefect.listFlowRuns({ workPool, stateTypes: UNDER_WAY }, MOST_LISTED)),
  );
  return lists.flat();
}

/** @throws FLOW_RUNS_UNDER_WAY naming them and the two ways on */
export function refuseFlowRuns(runs: readonly FlowRun[], command: string): void {
  if (runs.length === 0) return;
  const more = runs.length - MOST_SHOWN;
  throw new PrefectFargateError(
    "FLOW_RUNS_UNDER_WAY",
    runs.length === 1 ? "A flow run is under way." : `${runs.length} flow runs are under way.`,
    {
      details: [
        ...runs
          .slice(0, MOST_SHOWN)
          .map(({ name, state, workPool }) => `${name}: ${state.name}, in ${workPool}`),
        ...(more > 0 ? [`and ${more} more`] : []),
      ],
      hint: `Let them end first: prefect-fargate ${command} --wait; or cancel them: prefect-fargate ${command} --stop-runs`,
    },
  );
}

/**
 * Ends the flow runs of paused pools: by waiting, or by cancelling them through Prefect and stopping the tasks that do not
 * listen.
 */
export async function endFlowRuns(
  parts: Parts,
  { pools, cluster, policy }: { pools: readonly string[]; cluster: string; policy: FlowRunPolicy },
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<void> {
  const runs = await flowRunsUnderWay(parts, pools);
  if (runs.length === 0) return;
  await reporter.stage(`${runs.length} flow runs under way`, async (stage) => {
    if (policy === "wait") return awaitEnd(parts, pools, stage, WAIT_SECONDS, signal);
    for (const { id } of runs) await parts.prefect.setFlowRunState(id, { type: "CANCELLING" });
    await awaitEnd(parts, pools, stage, GRACE_SECONDS, signal).catch((error: unknown) => {
      if (!(error instanceof PrefectFargateError) || error.code !== "TIMED_OUT") throw error;
      return stopTasks(parts, pools, cluster, stage);
    });
  });
}

async function awaitEnd(
  parts: Parts,
  pools: readonly string[],
  stage: Stage,
  timeoutSeconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  await poll(
    async () => {
      const left = await flowRunsUnderWay(parts, pools);
      if (left.length === 0) return { found: true };
      const seen = `${left.length} not ended: ${left
        .slice(0, 3)
        .map(({ name, state }) => `${name} ${state.name}`)
        .join(", ")}`;
      stage.update(seen);
      return { seen };
    },
    { what: "the flow runs to end", timeoutSeconds, intervalSeconds: INTERVAL_SECONDS, signal },
  );
}

/** Prefect would show a run as cancelling for ever whose task is gone. */
async function stopTasks(
  parts: Parts,
  pools: readonly string[],
  cluster: string,
  stage: Stage,
): Promise<void> {
  for (const { id, name } of await flowRunsUnderWay(parts, pools)) {
    stage.update(`stopping the task of ${name}`);
    const task = await findFlowRunTask(parts.aws, cluster, id);
    if (task)
      await parts.aws.ecs.send(
        new StopTaskCommand({ cluster, task: task.taskArn, reason: "prefect-fargate destroy --stop-runs" }),
      );
    await parts.prefect.setFlowRunState(id, { type: "CANCELLED" }, { force: true });
  }
}
