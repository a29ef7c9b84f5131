import { setTimeout as sleep } from "node:timers/promises";
import type { FlowRun, PrefectClient } from "#prefect/client.ts";
import type { FlowRunLog } from "#prefect/flow-runs.ts";
import { awaitFlowRun } from "#prefect/follow-flow-run.ts";
import type { Stage } from "#reporter";
import type { AwsClients } from "./aws-clients.ts";
import { type FlowRunTask, findFlowRunTask, findHostTask } from "./flow-run-task.ts";

/** A cold image pull of a large image takes minutes on Fargate. */
const DEFAULT_TIMEOUT_SECONDS = 900;
const DEFAULT_INTERVAL_SECONDS = 2;

/** What the flow and its tasks log and print; the worker logs to the same run under a name of its own. */
const OF_THE_FLOW = /^prefect\.(flow|task)_runs$/;

export interface FollowedRun {
  readonly run: FlowRun;
  /** Seen while it ran; undefined when the cluster had none for it. */
  readonly task: FlowRunTask | undefined;
  /** What the flow logged and printed, in order. */
  readonly lines: readonly string[];
}

export interface FollowOptions {
  /** The type of the worker that serves the pool: tells whether the run has a task of its own. @default "ecs" */
  readonly workerType?: "ecs" | "process" | undefined;
  /** @default 900 */
  readonly timeoutSeconds?: number;
  /** Between two looks. @default 2 */
  readonly intervalSeconds?: number;
  readonly onLog?: (log: FlowRunLog) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Follows a flow run to its end, however it ends, and looks for its task in `cluster` on the way.
 * @throws FLOW_RUN_TIMEOUT, FLOW_RUN_GONE
 */
export async function followFlowRun(
  id: string,
  cluster: string,
  { aws, prefect }: { aws: AwsClients; prefect: PrefectClient },
  stage: Stage,
  options: FollowOptions = {},
): Promise<FollowedRun> {
  const {
    workerType = "ecs",
    timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
    intervalSeconds = DEFAULT_INTERVAL_SECONDS,
    onLog,
    signal,
  } = options;
  const lines: string[] = [];
  const ended = new AbortController();
  const look = async () => {
    if (workerType === "ecs") return findFlowRunTask(aws, cluster, id);
    const run = await prefect.readFlowRun(id);
    return run && findHostTask(aws, cluster, run);
  };
  const searching = searchTask(look, intervalSeconds, ended.signal);
  try {
    const run = await awaitFlowRun(prefect, id, {
      pollMs: intervalSeconds * 1000,
      timeoutMs: timeoutSeconds * 1000,
      signal,
      onEvent: (event) => {
        if (event.kind === "state") return stage.update(describe(event.run));
        if (OF_THE_FLOW.test(event.log.logger)) lines.push(event.log.message);
        onLog?.(event.log);
      },
    });
    ended.abort();
    return { run, task: await searching, lines };
  } finally {
    ended.abort();
    await searching.catch(() => {});
  }
}

/** Looks until the task is found, and once more when the run has ended. */
async function searchTask(
  look: () => Promise<FlowRunTask | undefined>,
  intervalSeconds: number,
  ended: AbortSignal,
): Promise<FlowRunTask | undefined> {
  for (;;) {
    const isLast = ended.aborted;
    const task = await look();
    if (task || isLast) return task;
    await sleep(intervalSeconds * 1000, undefined, { signal: ended }).catch(() => {});
  }
}

const describe = ({ name, state }: FlowRun): string =>
  `${name}: ${state.name}${state.message ? `: ${state.message}` : ""}`;
