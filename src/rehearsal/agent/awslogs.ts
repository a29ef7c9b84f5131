import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from "@aws-sdk/client-cloudwatch-logs";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { LineCutter } from "./line-cutter.ts";
import { type LogEvent, lineEvents, takeBatch } from "./log-batches.ts";
import type { RenewingSession } from "./role-session.ts";
import { logStreamNotCreated, serviceAnswer } from "./stop-reasons.ts";

/** How long a line may wait for others to travel with it. */
const GATHER_MS = 300;
/** A container that writes faster than its log is taken waits, as with the driver's blocking mode (the default). */
const MAX_BACKLOG_EVENTS = 50_000;
const RETRY_DELAYS_MS = [100, 500, 2000];

/** The two are cut into lines on their own, so that a half line of one never joins the other. */
export type OutputStream = "stdout" | "stderr";

/** Where a container's output goes. */
export interface LogSink {
  /** Resolves when the container may write on. */
  write(stream: OutputStream, chunk: Buffer): Promise<void>;
  /** Sends what is left, the last line without a line break included. */
  close(): Promise<void>;
}

export interface AwslogsOptions {
  readonly definition: ContainerDefinition;
  readonly taskId: string;
  readonly endpointUrl: string;
  /** The execution role's: on Fargate the host writes the logs, not the task. */
  readonly session: RenewingSession;
  /** Told when events are lost because CloudWatch refuses them. */
  readonly onLoss: (sentence: string) => void;
}

/** A container without awslogs: its output is read, so that it never blocks, and forgotten. */
export const noLogs: LogSink = { write: async () => {}, close: async () => {} };

/**
 * Opens the log stream `prefix/container/task-id` as the awslogs driver does.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 * @throws TaskStartFailure in AWS's words when the group does not exist or the role may not write to it
 */
export async function openAwslogs(options: AwslogsOptions): Promise<LogSink> {
  const settings = options.definition.logConfiguration?.options ?? {};
  const logGroupName = settings["awslogs-group"] ?? "";
  const logStreamName = [settings["awslogs-stream-prefix"], options.definition.name, options.taskId]
    .filter(Boolean)
    .join("/");
  const client = new CloudWatchLogsClient({
    endpoint: options.endpointUrl,
    region: settings["awslogs-region"] ?? "",
    credentials: options.session.provider,
  });
  try {
    if (settings["awslogs-create-group"] === "true") await createGroup(client, logGroupName);
    await createStream(client, logGroupName, logStreamName);
  } catch (error) {
    client.destroy();
    throw error;
  }
  const put = (logEvents: LogEvent[]) =>
    client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  return new BatchingSink(put, () => client.destroy(), `${logGroupName} ${logStreamName}`, options.onLoss);
}

async function createGroup(client: CloudWatchLogsClient, logGroupName: string): Promise<void> {
  await client.send(new CreateLogGroupCommand({ logGroupName })).catch((error: unknown) => {
    if (!(error instanceof ResourceAlreadyExistsException))
      throw logStreamNotCreated("group", serviceAnswer(error));
  });
}

async function createStream(client: CloudWatchLogsClient, logGroupName: string, logStreamName: string) {
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch((error: unknown) => {
    if (!(error instanceof ResourceAlreadyExistsException))
      throw logStreamNotCreated("stream", serviceAnswer(error));
  });
}

/** Sends lines in order, one call at a time. */
export class BatchingSink implements LogSink {
  readonly #put: (events: LogEvent[]) => Promise<unknown>;
  readonly #release: () => void;
  readonly #destination: string;
  readonly #onLoss: (sentence: string) => void;
  readonly #cutters = { stdout: new LineCutter(), stderr: new LineCutter() };
  readonly #backlog: LogEvent[] = [];
  readonly #closing = new AbortController();
  #sending: Promise<void> | undefined;

  constructor(
    put: (events: LogEvent[]) => Promise<unknown>,
    release: () => void,
    destination: string,
    onLoss: (sentence: string) => void,
  ) {
    this.#put = put;
    this.#release = release;
    this.#destination = destination;
    this.#onLoss = onLoss;
  }

  async write(stream: OutputStream, chunk: Buffer): Promise<void> {
    this.#add(this.#cutters[stream].cut(chunk));
    if (this.#backlog.length > MAX_BACKLOG_EVENTS) await this.#sending;
  }

  async close(): Promise<void> {
    for (const cutter of Object.values(this.#cutters)) this.#add([cutter.end()]);
    this.#closing.abort();
    await this.#sending;
    this.#release();
  }

  #add(lines: readonly string[]): void {
    const now = Date.now();
    for (const line of lines) this.#backlog.push(...lineEvents(line, now));
    if (this.#backlog.length > 0) this.#sending ??= this.#send();
  }

  async #send(): Promise<void> {
    await sleep(GATHER_MS, undefined, { signal: this.#closing.signal }).catch(() => {});
    while (this.#backlog.length > 0) await this.#putWithRetries(takeBatch(this.#backlog));
    this.#sending = undefined;
  }

  async #putWithRetries(events: LogEvent[]): Promise<void> {
    for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
      try {
        await this.#put(events);
        return;
      } catch (error) {
        if (delayMs === undefined) {
          this.#onLoss(
            `${events.length} log lines for ${this.#destination} were lost: ${serviceAnswer(error)}`,
          );
          return;
        }
        await sleep(delayMs);
      }
    }
  }
}
