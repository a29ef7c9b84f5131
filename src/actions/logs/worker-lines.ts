import type { FilteredLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import type { AwsClients } from "../aws-clients.ts";
import { followEvents, readEvents } from "./cloudwatch-events.ts";
import type { LogLine } from "./log-line.ts";

/** What the tasks of a worker or a service wrote, those that are gone as well. */
export async function* workerLines(
  { logs }: AwsClients,
  group: string,
  { since, follow, signal }: { since: Date; follow: boolean; signal?: AbortSignal | undefined },
): AsyncGenerator<LogLine> {
  const events = follow ? followEvents(logs, { group, since }, signal) : readEvents(logs, { group, since });
  for await (const event of events) yield toLine(event);
}

/** The stream is named `prefix/container/task`. */
export const toLine = ({ timestamp, message = "", logStreamName }: FilteredLogEvent): LogLine => ({
  at: new Date(timestamp ?? 0),
  source: "task",
  task: logStreamName?.split("/").at(-1),
  level: undefined,
  text: message.trimEnd(),
});
