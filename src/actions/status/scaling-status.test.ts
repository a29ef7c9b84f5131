import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, describe, expect, it } from "vitest";
import { json, type ScriptedServer, scriptedServer } from "../../../test/helpers/scripted-server.ts";
import type { AwsClients } from "../aws-clients.ts";
import type { System } from "../system.ts";
import { problemsOf } from "./problems.ts";
import { readScaling, type ScalingStatus } from "./scaling-status.ts";

let server: ScriptedServer | undefined;
let logs: CloudWatchLogsClient | undefined;
afterEach(async () => {
  logs?.destroy();
  await server?.stop();
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const line = (minutes: number, reason: string, held = false) => ({
  message: JSON.stringify({
    Worker: "reports",
    at: minutesAgo(minutes).toISOString(),
    desired: 2,
    held,
    reason,
  }),
});
const system = {
  workers: { reports: {}, still: {} },
  scaling: { reports: { mode: "queue", min_tasks: 0, max_tasks: 9 } },
  scaler_log_group: "/prefect/scaler/prefect-scaler-c",
} as unknown as System;

async function scalingOf(...events: { message: string }[]): Promise<Map<string, ScalingStatus>> {
  server = await scriptedServer(json({ events }));
  logs = new CloudWatchLogsClient({
    endpoint: server.origin,
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
    maxAttempts: 1,
  });
  return readScaling({ logs } as unknown as AwsClients, system);
}

describe("how a worker is scaled", () => {
  it("is told by the scaler's latest decision, among whatever else Lambda writes", async () => {
    const found = await scalingOf(
      { message: "START RequestId: 1\n" },
      line(2, "Grows."),
      line(1, "Stays at 2, because 6 slots are needed."),
      { message: "{ not JSON" },
    );
    expect(found.get("reports")).toMatchObject({
      mode: "queue",
      minTasks: 0,
      maxTasks: 9,
      decision: { desired: 2, held: false, reason: "Stays at 2, because 6 slots are needed." },
    });
    expect(found.get("still")).toEqual({ mode: "fixed" });
  });

  const problems = (
    decision: Extract<ScalingStatus, { mode: "queue" }>["decision"],
    since = minutesAgo(60),
  ) =>
    problemsOf({
      name: "reports",
      type: "process",
      scaling: { mode: "queue", minTasks: 0, maxTasks: 9, decision },
      service: {
        ...{ name: "reports", status: "ACTIVE", desired: 0, running: 0, pending: 0, tasks: [] },
        rollout: { state: "COMPLETED", reason: "", revision: "reports:1", since },
      },
      heartbeats: [],
      pool: {
        name: "p",
        type: "process",
        paused: false,
        status: "READY",
        concurrencyLimit: undefined,
        queues: [],
      },
      poolName: "p",
    });
  const decided = { at: minutesAgo(1), desired: 0, held: false, reason: "Stays at 0." };

  it("is no problem while it decides, or has only just been deployed", () => {
    expect(problems(decided)).toEqual([]);
    expect(problems(undefined, minutesAgo(1))).toEqual([]);
  });

  it("is a problem when the scaler is in doubt or silent, as nobody would wake a worker that sleeps", () => {
    const reason = "Stays at 0, because Prefect answered 401.";
    expect(problems({ ...decided, held: true, reason })).toEqual([
      "The scaler does not know what worker reports needs. Stays at 0, because Prefect answered 401.",
    ]);
    expect(problems({ ...decided, at: minutesAgo(7) })).toEqual([
      "The scaler has decided nothing on worker reports for more than 5 minutes.",
    ]);
    expect(problems(undefined)).toEqual([
      "The scaler has not decided on worker reports yet: its first decision takes up to two minutes after a deploy.",
    ]);
  });
});
