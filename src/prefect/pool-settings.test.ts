import { describe, expect, test } from "vitest";
import { settlePool } from "./pool-settings.ts";

const queue = (name: string, priority: number, concurrencyLimit?: number) => ({
  name,
  priority,
  concurrencyLimit,
});
const POOL = { concurrencyLimit: undefined };

describe("a pool and what it should be like", () => {
  test("nothing said is nothing done", () => {
    expect(settlePool({ queues: {} }, { concurrencyLimit: 3 }, [queue("theirs", 1, 2)])).toEqual({
      steps: [],
      changes: [],
    });
  });

  test("a queue that is there as wanted is left alone, one that is missing is made", () => {
    const { steps, changes } = settlePool({ queues: { default: { priority: 1 }, night: {} } }, POOL, [
      queue("default", 1),
    ]);
    expect(steps).toEqual([{ kind: "create queue", queue: "night", settings: {} }]);
    expect(changes).toEqual([{ path: "queues.night", before: undefined, after: { priority: 2 } }]);
  });

  test("a queue that is moved to the front moves the others, which is told", () => {
    const { steps, changes } = settlePool(
      { queues: { urgent: { priority: 1, concurrencyLimit: 5 } } },
      POOL,
      [queue("default", 1), queue("urgent", 2), queue("theirs", 3)],
    );
    expect(steps).toEqual([
      { kind: "change queue", queue: "urgent", settings: { priority: 1, concurrencyLimit: 5 } },
    ]);
    expect(changes).toEqual([
      { path: "queues.urgent.priority", before: 2, after: 1 },
      { path: "queues.urgent.concurrencyLimit", before: undefined, after: 5 },
      { path: "queues.default.priority", before: 1, after: 2 },
    ]);
  });

  test("what somebody changed by hand is told before it is put back", () => {
    const { changes } = settlePool(
      { concurrencyLimit: 10, queues: { a: { concurrencyLimit: 2 } } },
      { concurrencyLimit: 4 },
      [queue("a", 1, 7)],
    );
    expect(changes).toEqual([
      { path: "concurrencyLimit", before: 4, after: 10 },
      { path: "queues.a.concurrencyLimit", before: 7, after: 2 },
    ]);
  });

  test("null takes a limit away, and is nothing where there is none", () => {
    const wanted = { concurrencyLimit: null, queues: { a: { concurrencyLimit: null } } };
    expect(settlePool(wanted, { concurrencyLimit: 4 }, [queue("a", 1, 7)]).steps).toEqual([
      { kind: "limit pool", concurrencyLimit: null },
      { kind: "change queue", queue: "a", settings: { concurrencyLimit: null } },
    ]);
    expect(settlePool(wanted, POOL, [queue("a", 1)]).steps).toEqual([]);
  });
});
