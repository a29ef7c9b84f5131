import { findSubject } from "./logs/find-subject.ts";
import { flowRunLines } from "./logs/flow-run-lines.ts";
import type { LogLine } from "./logs/log-line.ts";
import { workerLines } from "./logs/worker-lines.ts";
import type { OpenSystem } from "./open-system.ts";

/** A worker says little: this much of its past tells how it is. */
const WORKER_SINCE_MS = 60 * 60_000;

/** Whose log, and how much of it. */
export interface LogsOptions {
  /** A worker's or a service's name, a flow run's id or name. @default - the first worker */
  readonly of?: string | undefined;
  /** The oldest line that is of interest. @default - an hour ago for a worker, its start for a flow run */
  readonly since?: Date | undefined;
  /** Goes on with what comes; of a flow run until it has ended. @default false */
  readonly follow?: boolean;
  /** Ends the lines. @default - nothing does */
  readonly signal?: AbortSignal | undefined;
}

/** A log that was found. */
export interface Logs {
  /** The worker's, service's or flow run's name. */
  readonly of: string;
  /** What it is that has this name. */
  readonly kind: "worker" | "service" | "flow run";
  /** Its lines in the order of their times, read as they are asked for. */
  readonly lines: AsyncIterable<LogLine>;
}

/**
 * The log of a worker, from CloudWatch, or of a flow run, from Prefect and CloudWatch together.
 * @throws LOGS_OF_NOBODY
 */
export async function openLogs(open: OpenSystem, options: LogsOptions): Promise<Logs> {
  const { follow = false, since, signal } = options;
  const subject = await findSubject(open.system, open.prefect, options.of);
  if (subject.kind === "flow run") {
    const { run } = subject;
    return { of: run.name, kind: "flow run", lines: flowRunLines(open, run, { since, follow, signal }) };
  }
  const group = subject.kind === "worker" ? subject.worker.worker_log_group : subject.service.log_group;
  const start = since ?? new Date(Date.now() - WORKER_SINCE_MS);
  return {
    of: subject.name,
    kind: subject.kind,
    lines: workerLines(open.aws, group, { since: start, follow, signal }),
  };
}
