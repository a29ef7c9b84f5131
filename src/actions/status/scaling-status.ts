import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import * as z from "zod";
import type { AwsClients } from "../aws-clients.ts";
import { readEvents } from "../logs/cloudwatch-events.ts";
import type { System, SystemScaling } from "../system.ts";

/** How many tasks a worker has, and who says so. */
export type ScalingStatus =
  | { readonly mode: "fixed" }
  | (Bounds & {
      readonly mode: "cpu" | "memory";
      /** What Application Auto Scaling aims at, in percent of the tasks' size. */
      readonly targetPercent: number;
      readonly scaleOutCooldownSeconds: number;
      readonly scaleInCooldownSeconds: number;
    })
  | (Bounds & {
      readonly mode: "queue";
      /** The scaler's latest; undefined when it has decided nothing in the last quarter of an hour. */
      readonly decision: LatestDecision | undefined;
    });

interface Bounds {
  readonly minTasks: number;
  readonly maxTasks: number;
}

export interface LatestDecision {
  readonly at: Date;
  readonly desired: number;
  /** In doubt it leaves everything as it is. */
  readonly held: boolean;
  /** A whole sentence. */
  readonly reason: string;
}

/** It writes at least once a minute; its first minute may be late. */
const SEARCHED_MS = 15 * 60_000;

/** A line of the scaler's log (`src/scaling/lambda/report.ts`); Lambda writes others in between. */
const decisionLine = z.object({
  Worker: z.string(),
  at: z.coerce.date(),
  desired: z.number(),
  held: z.boolean(),
  reason: z.string(),
});

/** How every worker of the system is scaled, by its name. */
export async function readScaling({ logs }: AwsClients, system: System): Promise<Map<string, ScalingStatus>> {
  const { scaling, scaler_log_group: group } = system;
  const anyQueue = Object.values(scaling).some(({ mode }) => mode === "queue");
  const decisions =
    group && anyQueue ? await latestDecisions(logs, group) : new Map<string, LatestDecision>();
  return new Map(
    Object.keys(system.workers).map((name) => [name, toStatus(scaling[name], decisions.get(name))]),
  );
}

function toStatus(applied: SystemScaling | undefined, decision: LatestDecision | undefined): ScalingStatus {
  if (!applied) return { mode: "fixed" };
  const { mode, min_tasks: minTasks, max_tasks: maxTasks } = applied;
  if (mode === "queue") return { mode, minTasks, maxTasks, decision };
  return {
    mode,
    minTasks,
    maxTasks,
    targetPercent: applied.target_percent,
    scaleOutCooldownSeconds: applied.scale_out_cooldown_seconds,
    scaleInCooldownSeconds: applied.scale_in_cooldown_seconds,
  };
}

async function latestDecisions(
  logs: CloudWatchLogsClient,
  group: string,
): Promise<Map<string, LatestDecision>> {
  const latest = new Map<string, LatestDecision>();
  const since = new Date(Date.now() - SEARCHED_MS);
  for await (const { message = "" } of readEvents(logs, { group, since }))
    for (const line of message.split("\n")) {
      const said = readLine(line);
      if (!said) continue;
      const { Worker: worker, ...decision } = said;
      if (decision.at >= (latest.get(worker)?.at ?? since)) latest.set(worker, decision);
    }
  return latest;
}

function readLine(line: string): z.infer<typeof decisionLine> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return decisionLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
