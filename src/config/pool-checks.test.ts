import { describe, expect, it } from "vitest";
import { poolSettings } from "./pool-settings.ts";
import { resolveConfig } from "./resolve-config.ts";
import type { ConfigInput } from "./schema.ts";
import { configWarnings } from "./warnings.ts";

const HOSTED = { apiUrl: "https://prefect.example.com/api" };
const resolve = (input: ConfigInput) => resolveConfig({ prefect: HOSTED, ...input }, "the config", {});
const shared = { workPool: "shared" };

describe("pools in a config", () => {
  it("may be served by several workers whose flow runs are the same", () => {
    expect(() =>
      resolve({ workers: { a: { ...shared, cpu: 1024, memoryMiB: 2048 }, b: shared } }),
    ).not.toThrow();
  });

  it("refuse workers that want different flow runs: a pool has one job template", () => {
    const differing = { workers: { b: shared, a: { ...shared, flows: { cpu: 1024, memoryMiB: 2048 } } } };
    expect(() => resolve(differing)).toThrow(
      /"b" serves "shared" as "a" does, and differs from it in flows.cpu/,
    );
    const images = { workers: { a: shared, b: { ...shared, image: "example.com/worker:1" } } };
    expect(() => resolve(images)).toThrow(/differs from it in flows.image/);
  });

  it("refuse what is said of a pool that nobody serves, or twice", () => {
    expect(() => resolve({ workPools: { "ecs-work-pol": {} } })).toThrow(
      /"ecs-work-pol" is a pool that no worker serves/,
    );
    const twice = { "ecs-work-pool": { queues: { a: { priority: 1 }, b: { priority: 1 } } } };
    expect(() => resolve({ workPools: twice })).toThrow(/has two queues of priority 1, "a" and "b"/);
  });

  it("have the queues that workers serve, and those that are described", () => {
    const config = resolve({
      workers: { a: { workQueues: ["urgent"] }, b: { workQueues: ["night"] } },
      workPools: { "ecs-work-pool": { concurrencyLimit: 9, queues: { urgent: { priority: 1 } } } },
    });
    expect(poolSettings(config)).toEqual({
      "ecs-work-pool": { concurrencyLimit: 9, queues: { urgent: { priority: 1 }, night: {} } },
    });
  });

  it("warn of a queue in which runs would wait for ever", () => {
    const config = resolve({
      workers: { a: { workQueues: ["urgent"] } },
      workPools: { "ecs-work-pool": { queues: { night: {} } } },
    });
    expect(configWarnings(config)).toEqual([expect.stringContaining('queues["night"]: no worker serves')]);
  });
});
