import { setTimeout as sleep } from "node:timers/promises";
import { PrefectFargateError } from "#errors";
import type { FlowRun, PrefectClient } from "#prefect/client.ts";
import type { Stage } from "#reporter";
import type { AwsClients } from "./aws-clients.ts";
import { type FlowRunTask, findFlowRunTask } from "./flow-run-task.ts";
import { poll } from "./poll.ts";

const INTERVAL_SECONDS = 0.3;
/** A cold image pull of a large image takes minutes on Fargate. */
const DEFAULT_TIMEOUT_SECONDS = 900;
const ENDED = new Set(["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]);

/** What the flow and its tasks log and print; the worker logs to the same run under a name of its own. */
const OF_THE_FLOW = /^prefect\.(flow|task)_runs$/;

const LAST_WORD = /^Finished in state /;
const LOGS_WITHIN_SECONDS = 10;

export interface FollowedRun {
  readonly run: FlowRun;
  /** Seen while it ran; undefined when the cluster had none for it. */
  readonly task: FlowRunTask | undefined;
  /** What the flow logged and printed, in order. */
  readonly lines: readonly string[];
}

export interface FollowOptions {
  /** @default 900 */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Follows a flow run to its end, however it ends, and looks for its task in `cluster` on the way.
 * @throws TIMED_OUT with the state last seen.
 */
export async function followFlowRun(
  id: string,
  cluster: string,
  { aws, prefect }: { aws: AwsClients; prefect: PrefectClient },
  stage: Stage,
  { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, signal }: FollowOptions = {},
): Promise<FollowedRun> {
  let task: FlowRunTask | undefined;
  const run = await poll<FlowRun>(
    async () => {
      const seen = await prefect.readFlowRun(id);
      if (!seen)
        throw new PrefectFargateError("FLOW_RUN_MISSING", `Flow run ${id} has been deleted meanwhile.`);
      if (seen.state.type !== "SCHEDULED") task ??= await findFlowRunTask(aws, cluster, id);
      stage.update(describe(seen));
      return ENDED.has(seen.state.type) ? { found: seen } : { seen: describe(seen) };
    },
    { what: `flow run ${id} to end`, timeoutSeconds, intervalSeconds: INTERVAL_SECONDS, signal },
  );
  return { run, task, lines: await loggedLines(id, run, prefect, signal) };
}

/** A flow run's last lines arrive after its state: they travel in batches. Its engine's own last word ends them. */
async function loggedLines(
  id: string,
  run: FlowRun,
  prefect: PrefectClient,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const ranToItsEnd = run.state.type === "COMPLETED" || run.state.type === "FAILED";
  for (let waited = 0; ; waited += INTERVAL_SECONDS) {
    const logs = await prefect.flowRunLogs(id);
    const lines = logs.filter(({ logger }) => OF_THE_FLOW.test(logger)).map(({ message }) => message);
    const isWhole = logs.some(
      ({ logger, message }) => logger === "prefect.flow_runs" && LAST_WORD.test(message),
    );
    if (isWhole || !ranToItsEnd || waited >= LOGS_WITHIN_SECONDS) return lines;
    await sleep(INTERVAL_SECONDS * 1000, undefined, { signal });
  }
}

const describe = ({ name, state }: FlowRun): string =>
  `${name}: ${state.name}${state.message && ENDED.has(state.type) ? `: ${state.message}` : ""}`;
