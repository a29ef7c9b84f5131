import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, expect, test } from "vitest";
import { json, type ScriptedServer, scriptedServer } from "../../../test/helpers/scripted-server.ts";
import { followEvents, readEvents } from "./cloudwatch-events.ts";

let server: ScriptedServer | undefined;
let client: CloudWatchLogsClient | undefined;
afterEach(async () => {
  client?.destroy();
  await server?.stop();
});

const event = (id: string, timestamp = 1_000) => ({
  eventId: id,
  timestamp,
  message: id,
  logStreamName: "a/b/c",
});
const wanted = { group: "/prefect/dev-worker/worker", since: new Date(0) };

function logs(): CloudWatchLogsClient {
  client = new CloudWatchLogsClient({
    endpoint: server!.origin,
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
    maxAttempts: 1,
  });
  return client;
}

async function take<T>(items: AsyncIterable<T>, count = Number.POSITIVE_INFINITY): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

test("pages are read to the end, the empty ones in between too", async () => {
  server = await scriptedServer(
    json({ events: [event("1")], nextToken: "one" }),
    json({ events: [], nextToken: "two" }),
    json({ events: [event("2")] }),
  );
  const events = await take(readEvents(logs(), wanted));
  expect(events.map(({ message }) => message)).toEqual(["1", "2"]);
  expect(server.requests).toHaveLength(3);
});

test("a group that does not exist has no events", async () => {
  server = await scriptedServer(json({ __type: "ResourceNotFoundException", message: "no group" }, 400));
  expect(await take(readEvents(logs(), wanted))).toEqual([]);
});

test("what is denied is told", async () => {
  server = await scriptedServer(json({ __type: "AccessDeniedException", message: "no" }, 400));
  await expect(take(readEvents(logs(), wanted))).rejects.toThrow("no");
});

test("following gives each event once, late ones included", async () => {
  server = await scriptedServer(
    json({ events: [event("1", 50_000)] }),
    json({ events: [event("late", 45_000), event("1", 50_000), event("2", 51_000)] }),
  );
  const events = await take(followEvents(logs(), wanted), 3);
  expect(events.map(({ message }) => message)).toEqual(["1", "late", "2"]);
});

test("following ends when it is told to", async () => {
  server = await scriptedServer(json({ events: [] }));
  expect(await take(followEvents(logs(), wanted, AbortSignal.timeout(50)))).toEqual([]);
});
