import { describe, expect, it } from "vitest";
import type { PrefectFargateError } from "#errors";
import { SELF_SIGNED_AUTHORITY } from "../../test/helpers/authority.ts";
import { firstTasks } from "./fill-worker.ts";
import { resolveConfig } from "./resolve-config.ts";
import type { ConfigInput } from "./schema.ts";

type WorkerInput = NonNullable<ConfigInput["workers"]>[string];

const resolve = (worker: WorkerInput) => resolveConfig({ workers: { w: worker } }, "FILE", {}).workers.w!;
const PROCESS = { type: "process", image: "team/flows:1" } as const;

function complaints(worker: WorkerInput): string {
  try {
    resolve(worker);
  } catch (error) {
    const { message, details, hint } = error as PrefectFargateError;
    return [message, ...details, hint].join(" ").replaceAll("\n", " ");
  }
  return "";
}

describe("the scaling of a worker", () => {
  it("is fixed at one task by default", () =>
    expect(resolve({})).toMatchObject({ type: "ecs", scaling: { mode: "fixed" }, desiredCount: 1 }));

  it("on the queue lets an ecs worker sleep, and starts it awake", () => {
    const worker = resolve({ scaling: { mode: "queue" } });
    expect(worker).toMatchObject({
      scaling: { mode: "queue", minTasks: 0, maxTasks: 1, coldStartSeconds: 58 },
    });
    expect(firstTasks(worker)).toBe(1);
  });

  it("on the queue gives a process worker up to ten tasks of four slots, in a pool of its type", () =>
    expect(resolve({ ...PROCESS, scaling: { mode: "queue", minTasks: 2 } })).toMatchObject({
      workPool: "process-work-pool",
      slots: 4,
      extraPipPackages: [],
      scaling: { minTasks: 2, maxTasks: 10 },
    }));

  it.each(["cpu", "memory"] as const)("by %s has a target and cooldowns", (mode) =>
    expect(resolve({ ...PROCESS, scaling: { mode } }).scaling).toEqual({
      mode,
      minTasks: 1,
      maxTasks: 4,
      targetPercent: 70,
      scaleOutCooldownSeconds: 60,
      scaleInCooldownSeconds: 300,
    }),
  );

  it.each<[string, WorkerInput, RegExp]>([
    [
      "a desired count beside it",
      { scaling: { mode: "queue" }, desiredCount: 3 },
      /desiredCount 3 is for workers that are not scaled, and scaling.mode is "queue".*set scaling.minTasks instead/,
    ],
    [
      "more tasks at least than at most",
      { ...PROCESS, scaling: { mode: "queue", minTasks: 5, maxTasks: 2 } },
      /minTasks 5 is more than maxTasks, which is 2.*Set minTasks: 2/,
    ],
    [
      "zero tasks by their CPU",
      { ...PROCESS, scaling: { mode: "cpu", minTasks: 0 } },
      /nothing would be measured/,
    ],
    [
      "a mode that does not exist",
      { scaling: { mode: "que" } } as unknown as WorkerInput,
      /mode "que" is not one of "fixed", "cpu", "memory", "queue".*Set mode: "queue"/,
    ],
    [
      "a spread of one task",
      { scaling: { mode: "queue" }, zoneRebalancing: true },
      /Set scaling.maxTasks: 2 or more/,
    ],
  ])("refuses %s", (_, worker, message) => expect(complaints(worker)).toMatch(message));
});

describe("a process worker", () => {
  it("that was resolved once is not refused afterwards", () => {
    const once = resolve({ ...PROCESS, scaling: { mode: "queue" } });
    expect(resolve(once)).toEqual(once);
  });

  it.each<[string, WorkerInput, RegExp]>([
    [
      "no image",
      { type: "process" },
      /image is missing: a process worker needs an image that holds our supervisor/,
    ],
    [
      "the stock image",
      { type: "process", image: "prefecthq/prefect:2-latest" },
      /image "prefecthq\/prefect:2-latest" does not hold the supervisor/,
    ],
    [
      "a size for flow runs",
      { ...PROCESS, flows: { cpu: 1024, memoryMiB: 2048 } },
      /cpu 1024 has no effect on a process worker.*set the worker's own cpu/,
    ],
    ["an image for flow runs", { ...PROCESS, flows: { image: "team/flows:2" } }, /flows.image out/],
  ])("refuses %s", (_, worker, message) => expect(complaints(worker)).toMatch(message));

  it("alone has slots", () =>
    expect(complaints({ slots: 2 })).toMatch(/slots 2 is for process workers.*set type: "process"/));
});

describe("the scaler and a server of one's own", () => {
  const SERVER = "https://prefect.example.com/api";
  const told = (prefect: ConfigInput["prefect"], worker: WorkerInput): string => {
    try {
      resolveConfig({ prefect, workers: { w: worker } }, "FILE", {});
      return "";
    } catch (error) {
      const { message, details } = error as PrefectFargateError;
      return [message, ...details].join(" ");
    }
  };

  const own = (prefect: ConfigInput["prefect"]) => ({ version: 3, apiUrl: SERVER, ...prefect }) as const;
  const QUEUE = { scaling: { mode: "queue" } } as const;

  it("gets on with a key, with a password, with neither, and with a private authority", () => {
    for (const auth of ["key", "basic", "none"] as const)
      for (const worker of [PROCESS, QUEUE])
        expect(told(own({ auth, caCertificates: SELF_SIGNED_AUTHORITY }), worker)).toBe("");
  });

  it("refuses certificates that do not fit into the event of its schedule, where a worker needs it", () => {
    const prefect = own({ auth: "none", caCertificates: SELF_SIGNED_AUTHORITY.repeat(8) });
    for (const worker of [PROCESS, QUEUE])
      expect(told(prefect, worker)).toMatch(
        /caCertificates.* has \d+ characters, and the scaler that worker w needs takes 4096/,
      );
    expect(told(prefect, {})).toBe("");
  });
});
