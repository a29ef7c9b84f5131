import { setTimeout as sleep } from "node:timers/promises";
import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";

const POLL_MS = 1_500;
/** Events of several streams arrive out of order and late: this much is read again. */
const OVERLAP_MS = 20_000;

export interface EventsWanted {
  readonly group: string;
  /** @default all streams of the group */
  readonly streams?: readonly string[];
  readonly since: Date;
}

/**
 * The events of a log group in the order of their times, page by page. AWS bills for what is searched from `since` on
 * ($0.005 for each GB in us-east-1); a group or stream that does not exist has no events.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export async function* readEvents(
  logs: CloudWatchLogsClient,
  { group, streams, since }: EventsWanted,
): AsyncGenerator<FilteredLogEvent> {
  let nextToken: string | undefined;
  do {
    const page = await logs
      .send(
        new FilterLogEventsCommand({
          logGroupName: group,
          ...(streams ? { logStreamNames: [...streams] } : {}),
          startTime: since.getTime(),
          nextToken,
        }),
      )
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      });
    yield* page?.events ?? [];
    nextToken = page?.nextToken;
  } while (nextToken);
}

/** As `readEvents`, and then whatever comes, each event once, until `signal`. */
export async function* followEvents(
  logs: CloudWatchLogsClient,
  wanted: EventsWanted,
  signal?: AbortSignal,
): AsyncGenerator<FilteredLogEvent> {
  const seen = new Map<string, number>();
  let newest = wanted.since.getTime();
  while (!signal?.aborted) {
    const from = Math.max(wanted.since.getTime(), newest - OVERLAP_MS);
    for (const [id, at] of seen) if (at < from) seen.delete(id);
    for await (const event of readEvents(logs, { ...wanted, since: new Date(from) })) {
      const id = identityOf(event);
      if (seen.has(id)) continue;
      seen.set(id, event.timestamp ?? 0);
      newest = Math.max(newest, event.timestamp ?? 0);
      yield event;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** AWS gives each event an id; what does not is told apart by everything else. */
const identityOf = ({ eventId, logStreamName, timestamp, message }: FilteredLogEvent): string =>
  eventId ?? `${logStreamName} ${timestamp} ${message}`;
