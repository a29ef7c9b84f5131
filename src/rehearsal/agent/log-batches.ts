/*
 * Arithmetic of CloudWatch Logs' PutLogEvents.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */

/** Bytes that CloudWatch adds to each event when it measures a batch. */
export const EVENT_OVERHEAD_BYTES = 26;
export const MAX_BATCH_BYTES = 1_048_576;
export const MAX_BATCH_EVENTS = 10_000;
/** 256 KiB with the overhead: where the awslogs driver cuts a long line. */
export const MAX_EVENT_BYTES = 262_144 - EVENT_OVERHEAD_BYTES;

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

/** A line as events: none for an empty line (CloudWatch takes no empty message), several for a very long one. */
export function lineEvents(line: string, timestamp: number): LogEvent[] {
  if (line === "") return [];
  const bytes = Buffer.from(line, "utf8");
  if (bytes.length <= MAX_EVENT_BYTES) return [{ timestamp, message: line }];
  const events: LogEvent[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = characterBoundary(bytes, Math.min(start + MAX_EVENT_BYTES, bytes.length));
    events.push({ timestamp, message: bytes.toString("utf8", start, end) });
    start = end;
  }
  return events;
}

/** Takes from the front of `events` as many as one call may carry. */
export function takeBatch(events: LogEvent[]): LogEvent[] {
  let bytes = 0;
  let count = 0;
  for (const { message } of events) {
    bytes += Buffer.byteLength(message, "utf8") + EVENT_OVERHEAD_BYTES;
    if (bytes > MAX_BATCH_BYTES || count === MAX_BATCH_EVENTS) break;
    count += 1;
  }
  return events.splice(0, count);
}

/** The last place at or before `end` where no UTF-8 character is cut: continuation bytes are 10xxxxxx. */
function characterBoundary(bytes: Buffer, end: number): number {
  let boundary = end;
  while (boundary < bytes.length && (bytes[boundary]! & 0b1100_0000) === 0b1000_0000) boundary -= 1;
  return boundary;
}
