import { setTimeout as sleep } from "node:timers/promises";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeServicesCommand, ListTasksCommand, type Service } from "@aws-sdk/client-ecs";
import { expect } from "vitest";
import type { Stage } from "./stage.ts";

/** Tasks of a service: how many are wanted, and how many run. */
export interface TaskCounts {
  readonly desired: number;
  readonly running: number;
}

/** A line of the scaler's log. */
export interface LoggedDecision {
  readonly at: string;
  readonly desired: number;
  readonly held: boolean;
  readonly reason: string;
}

const CLUSTER = "shared-cluster";

/** What a test asks of a service on the stage whose number of tasks follows the work, and of its scaler. */
export function scaledService(stage: Stage, service: string) {
  async function described(): Promise<Service> {
    const { services } = await stage.aws.ecs.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: [service] }),
    );
    return services![0]!;
  }

  async function counts(): Promise<TaskCounts> {
    const { desiredCount, runningCount } = await described();
    return { desired: desiredCount!, running: runningCount! };
  }

  /** The longest wait is for a machine that is busy: a scaler's minute, and the ends of tasks. */
  const comesTo = (wanted: Partial<TaskCounts>, timeout = 240_000) =>
    expect.poll(counts, { timeout, interval: 200 }).toMatchObject(wanted);

  /** What the function wrote since then. */
  async function decisions(since: Date): Promise<LoggedDecision[]> {
    const { events = [] } = await stage.aws.logs.send(
      new FilterLogEventsCommand({ logGroupName: `/prefect/scaler/prefect-scaler-${CLUSTER}` }),
    );
    return events
      .flatMap(({ message = "" }) => message.split("\n"))
      .filter((line) => line.startsWith("{"))
      .map((line): LoggedDecision => JSON.parse(line))
      .filter(({ at }) => new Date(at) >= since);
  }

  return {
    /** When a worker took a run: on a busy machine it starts when it can. */
    async takenAt(runId: string): Promise<number> {
      const answer = await fetch(`${stage.server.url}/flow_run_states/?flow_run_id=${runId}`);
      const states = (await answer.json()) as { type: string; timestamp: string }[];
      return Date.parse(states.find(({ type }) => type === "PENDING")!.timestamp);
    },

    described,
    counts,
    comesTo,
    decisions,

    /** The ids of the tasks that run. */
    async tasks(): Promise<string[]> {
      const { taskArns = [] } = await stage.aws.ecs.send(
        new ListTasksCommand({ cluster: CLUSTER, serviceName: service }),
      );
      return taskArns.map((arn) => arn.split("/").at(-1)!);
    },

    /** Seconds from now until more tasks are wanted than at first. */
    async secondsUntilMore(than: number): Promise<number> {
      const begun = Date.now();
      await expect
        .poll(async () => (await counts()).desired, { timeout: 120_000, interval: 50 })
        .toBeGreaterThan(than);
      return (Date.now() - begun) / 1000;
    },

    /** Prefect hears and says nothing for so long, in which the service must stay as it is; returns what the scaler thought. */
    async throughSilence(seconds: number): Promise<readonly LoggedDecision[]> {
      const before = await counts();
      const since = new Date();
      process.kill(stage.server.pid, "SIGSTOP");
      try {
        while (Date.now() < since.getTime() + seconds * 1000) {
          expect(await counts()).toEqual(before);
          await sleep(500);
        }
      } finally {
        process.kill(stage.server.pid, "SIGCONT");
      }
      const held = async () => (await decisions(since)).filter((decision) => decision.held);
      // The function's log comes when it has ended.
      await expect.poll(held, { timeout: 150_000, interval: 1000 }).not.toEqual([]);
      return held();
    },
  };
}
