import { setTimeout as sleep } from "node:timers/promises";
import { PrefectFargateError } from "#errors";
import type { PrefectClient } from "./client.ts";
import type { FlowRun, FlowRunLog, StateType } from "./flow-runs.ts";

/** https://docs.prefect.io/v3/concepts/states: from these a run goes nowhere by itself. */
const TERMINAL: ReadonlySet<StateType> = new Set(["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]);

/** Logs arrive in batches and out of order: this much is read again, and what was seen before is left out. */
const LOG_OVERLAP_MS = 10_000;
/** The flow's process sends its last logs when the run has already ended (PREFECT_LOGGING_TO_API_BATCH_INTERVAL is 2 s). */
const SETTLE_MS = 5_000;
/** With this a flow's engine ends its log, unless it crashes or logs warnings only. */
const LAST_WORD = /^Finished in state /;

export type FlowRunEvent =
  | { readonly kind: "state"; readonly run: FlowRun }
  | { readonly kind: "log"; readonly log: FlowRunLog };

export interface FollowOptions {
  /** @default 1000 */
  readonly pollMs?: number;
  /** @default for ever */
  readonly timeoutMs?: number;
  /** @default true */
  readonly logs?: boolean;
  /** How long to listen for last log lines after the end, if the engine's last word does not come. @default 5000 */
  readonly settleMs?: number;
  /** Silence of the API is borne this long, so that a restart of the server ends nothing. @default 30 s */
  readonly toleranceMs?: number;
  readonly signal?: AbortSignal;
}

const isTerminal = (run: FlowRun): boolean => TERMINAL.has(run.state.type);

/**
 * Every state that is seen of a flow run, the present one first, and every log line; ends with the run.
 *
 * @throws FLOW_RUN_TIMEOUT, FLOW_RUN_GONE, and what the client throws
 */
async function* followFlowRun(
  client: Pick<PrefectClient, "readFlowRun" | "flowRunLogs">,
  id: string,
  options: FollowOptions = {},
): AsyncGenerator<FlowRunEvent, FlowRun> {
  const { pollMs = 1_000, settleMs = SETTLE_MS, timeoutMs = Number.POSITIVE_INFINITY, logs = true } = options;
  const { signal } = options;
  const patiently = withTolerance(options.toleranceMs ?? 30_000);
  const unseenLogs = logReader(client, id);
  const started = Date.now();
  let shown = "";
  let isWhole = !logs;
  for (;;) {
    const run = await patiently(() => readRun(client, id));
    if (run) {
      const state = `${run.state.name} ${run.state.timestamp?.getTime()}`;
      if (state !== shown) yield { kind: "state", run };
      shown = state;
      for (const log of (logs && (await patiently(unseenLogs))) || []) {
        isWhole ||= isLastWord(log);
        yield { kind: "log", log };
      }
      if (isTerminal(run)) {
        if (!isWhole) yield* lastLogs(unseenLogs, { pollMs, settleMs, signal });
        return run;
      }
      if (Date.now() - started > timeoutMs) throw timedOut(run, timeoutMs);
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/** Follows a flow run to its end and gives it as it then was. */
export async function awaitFlowRun(
  client: Pick<PrefectClient, "readFlowRun" | "flowRunLogs">,
  id: string,
  options: FollowOptions & { readonly onEvent?: (event: FlowRunEvent) => void } = {},
): Promise<FlowRun> {
  const events = followFlowRun(client, id, options);
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    options.onEvent?.(value);
  }
}

async function readRun(client: Pick<PrefectClient, "readFlowRun">, id: string): Promise<FlowRun> {
  const run = await client.readFlowRun(id);
  if (run) return run;
  throw new PrefectFargateError("FLOW_RUN_GONE", `Prefect has no flow run ${id}: it was deleted.`);
}

function logReader(client: Pick<PrefectClient, "flowRunLogs">, id: string): () => Promise<FlowRunLog[]> {
  const seen = new Set<string>();
  let newest: number | undefined;
  return async () => {
    const after = newest === undefined ? undefined : new Date(newest - LOG_OVERLAP_MS);
    const fresh = (await client.flowRunLogs(id, { after })).filter((log) => !seen.has(log.id));
    for (const log of fresh) {
      seen.add(log.id);
      newest = Math.max(newest ?? 0, log.timestamp.getTime());
    }
    return fresh;
  };
}

async function* lastLogs(
  unseen: () => Promise<FlowRunLog[]>,
  { pollMs, settleMs, signal }: { pollMs: number; settleMs: number; signal?: AbortSignal },
): AsyncGenerator<FlowRunEvent> {
  const until = Date.now() + settleMs;
  for (let left = settleMs; left > 0; left = until - Date.now()) {
    await sleep(Math.min(pollMs, left), undefined, { signal });
    const fresh = await unseen();
    for (const log of fresh) yield { kind: "log", log };
    if (fresh.some(isLastWord)) return;
  }
}

const isLastWord = ({ logger, message }: FlowRunLog): boolean =>
  logger === "prefect.flow_runs" && LAST_WORD.test(message);

/** Gives undefined instead of an unreachable API, until that has lasted too long. */
function withTolerance(toleranceMs: number) {
  let silentSince: number | undefined;
  return async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      const answer = await ask();
      silentSince = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof PrefectFargateError) || !isSilence(error)) throw error;
      silentSince ??= Date.now();
      if (Date.now() - silentSince >= toleranceMs) throw error;
      return undefined;
    }
  };
}

const isSilence = ({ code }: PrefectFargateError): boolean =>
  code === "PREFECT_UNREACHABLE" || code === "PREFECT_FAILED" || code === "PREFECT_RATE_LIMITED";

function timedOut(run: FlowRun, timeoutMs: number): PrefectFargateError {
  const { name, state } = run;
  return new PrefectFargateError(
    "FLOW_RUN_TIMEOUT",
    `The flow run ${name} was still ${state.name} after ${Math.round(timeoutMs / 1000)} s.`,
    {
      source: "environment",
      details: state.message ? [`Prefect said: ${state.message}`] : [],
      hint: `Follow it further: prefect flow-run logs ${run.id} --follow`,
    },
  );
}
