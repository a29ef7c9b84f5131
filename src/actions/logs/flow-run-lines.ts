import { setTimeout as sleep } from "node:timers/promises";
import type { FlowRun, PrefectClient } from "#prefect/client.ts";
import type { FlowRunLog } from "#prefect/flow-runs.ts";
import type { AwsClients } from "../aws-clients.ts";
import { taskArnOf } from "../flow-run-task.ts";
import type { System } from "../system.ts";
import { readEvents } from "./cloudwatch-events.ts";
import { lineJoiner } from "./join-lines.ts";
import { type LogLine, levelOf } from "./log-line.ts";
import { toLine } from "./worker-lines.ts";

/** The integration's container name, and the stream prefix that it makes up. */
const FLOW_CONTAINER = "prefect";
const flowStream = ({ workPool, deploymentId }: FlowRun, taskArn: string): string =>
  `prefect-logs_${workPool}_${deploymentId}/${FLOW_CONTAINER}/${taskArn.split("/").at(-1)}`;

const POLL_MS = 1_500;
/** Logs arrive at Prefect in batches every 2 s, at CloudWatch every 5 s: this long is listened after a run's end. */
const SETTLE_MS = 6_000;
/** Both arrive in batches and out of order: this much is read again. */
const OVERLAP_MS = 20_000;
const ENDED: ReadonlySet<string> = new Set(["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]);

export interface FlowRunLinesOptions {
  readonly since: Date | undefined;
  /** Goes on until the run has ended. */
  readonly follow: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What a flow run logged to Prefect, joined with what its task printed. */
export async function* flowRunLines(
  { system, prefect, aws }: { system: System; prefect: PrefectClient; aws: AwsClients },
  first: FlowRun,
  { since, follow, signal }: FlowRunLinesOptions,
): AsyncGenerator<LogLine> {
  const begin = since ?? first.expectedStart ?? new Date(0);
  const groups = [...new Set(Object.values(system.workers).map(({ flow_log_group }) => flow_log_group))];
  const join = lineJoiner();
  const isNewLog = once<FlowRunLog>(({ id }) => id);
  const isNewEvent = once<LogLine>(({ at, text }) => `${at.getTime()} ${text}`);
  let run = first;
  let from = since;
  let endedAt: number | undefined;
  for (;;) {
    const [logs, printed] = await Promise.all([
      prefect.flowRunLogs(run.id, from ? { after: from } : {}),
      readPrinted(aws, groups, run, from ?? begin),
    ]);
    from = overlapping(from, [...logs.map(({ timestamp }) => timestamp), ...printed.map(({ at }) => at)]);
    yield* join(logs.filter(isNewLog).map(fromPrefect), printed.filter(isNewEvent));
    if (!follow || signal?.aborted) return;
    if (ENDED.has(run.state.type)) endedAt ??= Date.now();
    if (endedAt !== undefined && Date.now() - endedAt > SETTLE_MS) return;
    await sleep(POLL_MS, undefined, { signal });
    run = (await prefect.readFlowRun(run.id)) ?? run;
  }
}

async function readPrinted(
  { logs }: AwsClients,
  groups: readonly string[],
  run: FlowRun,
  since: Date,
): Promise<LogLine[]> {
  const taskArn = taskArnOf(run);
  if (!taskArn) return [];
  const wanted = { streams: [flowStream(run, taskArn)], since };
  const perGroup = await Promise.all(groups.map((group) => collect(readEvents(logs, { group, ...wanted }))));
  return perGroup.flat().map(toLine);
}

const fromPrefect = ({ timestamp, level, message }: FlowRunLog): LogLine => ({
  at: timestamp,
  source: "prefect",
  task: undefined,
  level: levelOf(level),
  text: message,
});

/** Where to read on: not before `from`, and a bit before the newest that is known. */
function overlapping(from: Date | undefined, times: readonly Date[]): Date | undefined {
  if (times.length === 0) return from;
  const newest = Math.max(...times.map((time) => time.getTime()));
  return new Date(Math.max(from?.getTime() ?? 0, newest - OVERLAP_MS));
}

/** Lets everything through once. */
function once<T>(identity: (item: T) => string): (item: T) => boolean {
  const seen = new Set<string>();
  return (item) => {
    const id = identity(item);
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
