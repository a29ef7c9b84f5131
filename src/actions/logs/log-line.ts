/** One line of a worker's or a flow run's log, wherever it was kept. */
export interface LogLine {
  readonly at: Date;
  /** Who kept it: CloudWatch what the task printed, Prefect what went through Prefect's own logging. */
  readonly source: "task" | "prefect";
  /** The end of the task's ARN; undefined for what Prefect kept. */
  readonly task: string | undefined;
  /** Prefect's loggers say it; a printed line has none. */
  readonly level: LogLevel | undefined;
  readonly text: string;
}

export type LogLevel = "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";

/** By Python's numbers, which are tens with room between them. */
export function levelOf(level: number): LogLevel {
  if (level >= 50) return "CRITICAL";
  if (level >= 40) return "ERROR";
  if (level >= 30) return "WARNING";
  return level >= 20 ? "INFO" : "DEBUG";
}
