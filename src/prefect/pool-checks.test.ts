import { expect, test } from "vitest";
import { assertPoolType, poolObstacle } from "./pool-checks.ts";
import type { WorkPool } from "./work-pools.ts";

const pool: WorkPool = {
  id: "1",
  name: "ecs-work-pool",
  type: "ecs",
  description: undefined,
  paused: false,
  status: "READY",
  concurrencyLimit: undefined,
  baseJobTemplate: { job_configuration: {}, variables: {} },
};

test("a pool of another type is refused with both types and a way out", () => {
  expect(() => assertPoolType(pool, "ecs")).not.toThrow();
  expect(() => assertPoolType({ ...pool, type: "process" }, "ecs")).toThrow(
    expect.objectContaining({
      code: "POOL_TYPE_DIFFERS",
      message: "The work pool ecs-work-pool is of type process, not ecs: a pool cannot change its type.",
    }),
  );
});

test("what keeps a pool from giving out work is said", () => {
  expect(poolObstacle(pool)).toBeUndefined();
  expect(poolObstacle({ ...pool, paused: true })).toContain("is paused");
  expect(poolObstacle({ ...pool, concurrencyLimit: 0 })).toContain("limit of 0");
});
