import { describe, expect, test } from "vitest";
import { PrefectFargateError } from "#errors";
import type { FlowRun, FlowRunLog, StateType } from "./flow-runs.ts";
import { awaitFlowRun, type FlowRunEvent } from "./follow-flow-run.ts";

const at = new Date("2026-11-23T12:00:00Z");
const run = (type: StateType, name: string = type): FlowRun => ({
  id: "r",
  name: "calm-cricket",
  flowId: "f",
  deploymentId: undefined,
  workPool: undefined,
  workQueue: undefined,
  state: { type, name, message: "because", timestamp: at },
  infrastructurePid: undefined,
  workerName: undefined,
  expectedStart: undefined,
  start: undefined,
  end: undefined,
  runCount: 0,
  jobVariables: {},
  tags: [],
});
const log = (id: string, seconds: number): FlowRunLog => ({
  id,
  level: 20,
  logger: "prefect.flow_runs",
  message: `line ${id}`,
  timestamp: new Date(at.getTime() + seconds * 1000),
});
const silence = new PrefectFargateError("PREFECT_UNREACHABLE", "gone");
const quick = { pollMs: 1, settleMs: 3 };

/** Answers each question with the next of its answers, and with the last one for ever. */
function prefect(runs: (FlowRun | Error | undefined)[], logs: FlowRunLog[][] = [[]]) {
  const asked: (Date | undefined)[] = [];
  let reads = 0;
  return {
    asked,
    readFlowRun: async () => {
      const answer = runs[Math.min(reads++, runs.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    flowRunLogs: async (_: string, { after }: { after?: Date } = {}) => {
      asked.push(after);
      return logs[Math.min(asked.length, logs.length) - 1]!;
    },
  };
}

const shown = (event: FlowRunEvent) => (event.kind === "state" ? event.run.state.name : event.log.message);

describe("following a flow run", () => {
  test("gives every state once, every line once, and the run as it ended", async () => {
    const events: string[] = [];
    const source = prefect(
      [run("SCHEDULED"), run("SCHEDULED"), run("SCHEDULED", "Late"), run("RUNNING"), run("COMPLETED")],
      [[], [log("a", 1)], [log("a", 1), log("c", 3)], [log("a", 1), log("b", 2), log("c", 3)]],
    );
    const ended = await awaitFlowRun(source, "r", {
      ...quick,
      onEvent: (event) => events.push(shown(event)),
    });
    expect(ended.state.type).toBe("COMPLETED");
    expect(events).toEqual(["SCHEDULED", "line a", "Late", "line c", "RUNNING", "line b", "COMPLETED"]);
  });

  test("asks again for lines a little older than the newest, as they arrive out of order", async () => {
    const source = prefect([run("RUNNING"), run("COMPLETED")], [[log("a", 60)], [log("a", 60)]]);
    await awaitFlowRun(source, "r", quick);
    expect(source.asked.slice(0, 2)).toEqual([undefined, new Date(at.getTime() + 50_000)]);
  });

  test("waits for lines that come after the end", async () => {
    const lines: string[] = [];
    const source = prefect([run("FAILED")], [[], [log("late", 1)]]);
    await awaitFlowRun(source, "r", { ...quick, settleMs: 20, onEvent: (event) => lines.push(shown(event)) });
    expect(lines).toEqual(["FAILED", "line late"]);
  });

  test("waits no longer once the engine has said its last word, before the end or after it", async () => {
    const lastWord = { ...log("z", 2), message: "Finished in state Completed()" };
    const patient = { pollMs: 1, settleMs: 60_000 };
    for (const logs of [[[lastWord]], [[], [], [log("a", 1), lastWord]]]) {
      expect((await awaitFlowRun(prefect([run("COMPLETED")], logs), "r", patient)).state.type).toBe(
        "COMPLETED",
      );
    }
  });

  test("bears a silence of the API, but not for ever", async () => {
    const recovers = prefect([run("RUNNING"), silence, silence, run("COMPLETED")]);
    expect((await awaitFlowRun(recovers, "r", quick)).state.type).toBe("COMPLETED");
    const dead = prefect([run("RUNNING"), silence]);
    await expect(awaitFlowRun(dead, "r", { ...quick, toleranceMs: 10 })).rejects.toBe(silence);
  });

  test("ends at once for what no patience mends", async () => {
    const refused = new PrefectFargateError("PREFECT_KEY_REFUSED", "no");
    await expect(awaitFlowRun(prefect([refused]), "r", quick)).rejects.toBe(refused);
    await expect(awaitFlowRun(prefect([undefined]), "r", quick)).rejects.toMatchObject({
      code: "FLOW_RUN_GONE",
    });
  });

  test("says after its time what it last saw", async () => {
    const stuck = prefect([run("PENDING", "Pending")]);
    await expect(awaitFlowRun(stuck, "r", { ...quick, timeoutMs: 10 })).rejects.toMatchObject({
      code: "FLOW_RUN_TIMEOUT",
      message: "The flow run calm-cricket was still Pending after 0 s.",
      details: ["Prefect said: because"],
    });
  });

  test("ends with the signal", async () => {
    const signal = AbortSignal.timeout(20);
    await expect(awaitFlowRun(prefect([run("RUNNING")]), "r", { pollMs: 5_000, signal })).rejects.toThrow();
  });
});
