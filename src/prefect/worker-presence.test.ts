import { describe, expect, test } from "vitest";
import type { PrefectWorker } from "./work-pools.ts";
import { countOnline, describePresence, workerPresence } from "./worker-presence.ts";

const noon = new Date("2026-11-23T12:00:00Z");
const worker = (
  name: string,
  status: PrefectWorker["status"],
  secondsAfterNoon: number | undefined,
): PrefectWorker => ({
  id: name,
  name,
  status,
  lastHeartbeat:
    secondsAfterNoon === undefined ? undefined : new Date(noon.getTime() + secondsAfterNoon * 1000),
  heartbeatIntervalSeconds: 30,
});
const question = { name: "dev-worker", after: noon };

describe("a worker is", () => {
  test.each([
    ["online with a heartbeat since", [worker("dev-worker", "ONLINE", 1)], "online"],
    ["not proved by a heartbeat from before", [worker("dev-worker", "ONLINE", -1)], "not since"],
    ["not proved by a heartbeat at that very moment", [worker("dev-worker", "ONLINE", 0)], "not since"],
    ["offline when Prefect says so", [worker("dev-worker", "OFFLINE", 5)], "offline"],
    [
      "missing when only others are there",
      [worker("prod-worker", "ONLINE", 5), worker("dev-workers", "ONLINE", 5)],
      "missing",
    ],
    ["missing from an empty pool", [], "missing"],
    [
      "online when one of several tasks is",
      [worker("dev-worker", "OFFLINE", -90), worker("dev-worker-a1", "ONLINE", 2)],
      "online",
    ],
  ])("%s", (_, workers, kind) => {
    expect(workerPresence(workers, question).kind).toBe(kind);
  });

  test("online whenever it last beat, if no moment counts", () => {
    expect(workerPresence([worker("dev-worker", "ONLINE", -60)], { name: "dev-worker" }).kind).toBe("online");
  });
});

test("workers of several tasks are counted by their rows", () => {
  const workers = [
    worker("dev-worker-a", "ONLINE", 1),
    worker("dev-worker-b", "ONLINE", 2),
    worker("dev-worker-c", "ONLINE", -1),
  ];
  expect(countOnline(workers, question)).toBe(2);
});

test("what Prefect shows is said in a sentence", () => {
  const says = (workers: PrefectWorker[]) => describePresence(workerPresence(workers, question), question);
  expect(says([])).toBe("Prefect has never seen a worker called dev-worker in this pool.");
  expect(says([worker("dev-worker", "ONLINE", -5)])).toBe(
    "dev-worker has not been heard of since 2026-11-23T12:00:00.000Z (last heartbeat 2026-11-23T11:59:55.000Z).",
  );
  expect(says([worker("dev-worker", "ONLINE", 5)])).toBe(
    "dev-worker is ONLINE (last heartbeat 2026-11-23T12:00:05.000Z).",
  );
});
