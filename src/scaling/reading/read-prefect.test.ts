import { describe, expect, test } from "vitest";
import type { FlowRunAnswer } from "./prefect-answers.ts";
import { readPrefect } from "./read-prefect.ts";
import { type PrefectRequest, requestPlan } from "./request-plan.ts";

const subject = { workPool: "process pool", now: 1_795_000_000, horizonSeconds: 70, asleep: false };

/** A server with so many runs in flight. */
function server(runs: number) {
  const asked: PrefectRequest[] = [];
  const all = Array.from({ length: runs }, (_, index): FlowRunAnswer => ({ id: `run ${index}` }));
  const ask = async (request: PrefectRequest): Promise<unknown> => {
    asked.push(request);
    const { offset = 0, limit = 0, flow_runs } = (request.body ?? {}) as Record<string, number>;
    if (request.path.endsWith("/count")) return 7;
    if (request.path.endsWith("/queues/filter")) return [];
    if (request.method === "GET") return { name: "process pool", type: "process" };
    return JSON.stringify(flow_runs).includes("RUNNING") ? all.slice(offset, offset + limit) : [];
  };
  return { ask, asked };
}

const paths = (asked: readonly PrefectRequest[]): string[] =>
  asked.map(({ method, path }) => `${method} ${path}`);

describe("reading a work pool", () => {
  test("takes seven requests at first and two at every look of the next minute", async () => {
    const { ask, asked } = server(100);
    const first = await readPrefect(ask, subject);
    expect(asked).toHaveLength(7);
    asked.length = 0;
    await readPrefect(ask, { ...subject, now: subject.now + 59 }, first);
    expect(paths(asked)).toEqual(["POST /flow_runs/filter", "POST /flow_runs/filter"]);
    asked.length = 0;
    await readPrefect(ask, { ...subject, now: subject.now + 60 }, first);
    expect(asked).toHaveLength(7);
  });

  test("takes one request while the service sleeps", async () => {
    const { ask, asked } = server(100);
    const first = await readPrefect(ask, subject);
    asked.length = 0;
    const asleep = await readPrefect(ask, { ...subject, now: subject.now + 2, asleep: true }, first);
    expect(asked).toHaveLength(1);
    expect(asleep).toMatchObject({ running: [], complete: true });
  });

  test("never asks what workers ask", async () => {
    const { ask, asked } = server(5_000);
    await readPrefect(ask, subject);
    for (const path of paths(asked))
      expect(path).toMatch(
        /^(GET \/work_pools\/process%20pool|POST \/(flow_runs\/(filter|count)|work_pools\/process%20pool\/queues\/filter))$/,
      );
  });

  test("turns pages up to a thousand runs, and says when there were more", async () => {
    const four = server(799);
    expect(await readPrefect(four.ask, subject)).toMatchObject({ complete: true, running: { length: 799 } });
    expect(four.asked).toHaveLength(7 + 3);
    const many = server(5_000);
    expect(await readPrefect(many.ask, subject)).toMatchObject({
      complete: false,
      running: { length: 1_000 },
    });
    expect(many.asked).toHaveLength(7 + 4);
  });

  test("fails as a whole when one answer is missing", async () => {
    const { ask } = server(1);
    const refusing = async (request: PrefectRequest): Promise<unknown> => {
      if (request.path.endsWith("/count")) throw new Error("429");
      return ask(request);
    };
    await expect(readPrefect(refusing, subject)).rejects.toThrow("429");
  });

  test("asks for what falls due within the horizon", () => {
    expect(requestPlan(subject).everyLook.waiting.body).toMatchObject({
      flow_runs: { expected_start_time: { before_: new Date((subject.now + 70) * 1000).toISOString() } },
      sort: "EXPECTED_START_TIME_ASC",
    });
  });
});
