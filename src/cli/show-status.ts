import type { PoolStatus } from "#actions/status/pool-status.ts";
import type { RunStatus } from "#actions/status/run-status.ts";
import type { ScalingStatus } from "#actions/status/scaling-status.ts";
import type { TaskStatus } from "#actions/status/service-status.ts";
import type { BesideStatus, SystemStatus, WorkerStatus } from "#actions/status.ts";
import { ago, span } from "./ago.ts";
import type { Display } from "./display.ts";
import { type Cell, table } from "./table.ts";

/** As much of a task's id as tells tasks apart. */
const SHORT_ID = 8;
const LONGEST_REASON = 70;

type Painter = (text: string) => Cell;

/** Words that say how something is, in the colour of how it is. */
const GOOD = /^(ONLINE|HEALTHY|READY|COMPLETED|Completed|RUNNING|Running)\b/;
const BAD = /^(OFFLINE|UNHEALTHY|FAILED|Failed|Crashed|MISSING|NOT_READY|PAUSED|Late)\b/;

/** One screen. Every line stands for itself, so that `grep` finds whole facts. */
export function showStatus(status: SystemStatus, display: Display, now: Date = new Date()): string[] {
  const painted: Painter = (text) => ({
    text,
    paint: (shown) =>
      GOOD.test(text) ? display.paint("green", shown) : BAD.test(text) ? display.paint("red", shown) : shown,
  });
  const blocks = [
    headline(status, display),
    workersTable(status.workers, painted, now),
    scalingTable(status.workers, now),
    servicesTable(status.services, painted, now),
    tasksTable([...status.workers, ...status.services], painted, now),
    poolsTable(status.pools, painted, now),
    runsTable(status.runs, painted, now),
    keyLine(status, now),
    [next(status)],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function headline({ cluster, region, healthy, problems }: SystemStatus, { paint }: Display): string[] {
  const verdict = healthy ? paint("green", "healthy") : paint("red", "not healthy");
  return [`${cluster} in ${region} is ${verdict}`, ...problems.map((problem) => `  ${problem}`)];
}

const workersTable = (workers: readonly WorkerStatus[], painted: Painter, now: Date): string[] =>
  table(
    ["WORKER", "POOL", "TASKS", "DEPLOYMENT", "REVISION", "SINCE", "PREFECT", "HEARTBEAT"],
    workers.flatMap(({ name, workPool, service, heartbeats }) => {
      const rows = heartbeats.length > 0 ? heartbeats : [undefined];
      return rows.map((row) => [
        row?.name ?? name,
        workPool,
        service ? `${service.running}/${service.desired}` : "none",
        painted(service?.rollout.state ?? "MISSING"),
        service?.rollout.revision ?? "",
        ago(service?.rollout.since, now),
        painted(row?.status ?? "MISSING"),
        ago(row?.lastHeartbeat, now),
      ]);
    }),
  );

/** Of the workers whose number of tasks is not just what the config says. */
const scalingTable = (workers: readonly WorkerStatus[], now: Date): string[] =>
  table(
    ["SCALING", "BY", "RANGE", "DESIRED", "DECIDED", "WHY"],
    workers.flatMap(({ name, service, scaling }) =>
      scaling.mode === "fixed"
        ? []
        : [
            [
              name,
              scaling.mode,
              `${scaling.minTasks}..${scaling.maxTasks}`,
              `${service?.desired ?? ""}`,
              scaling.mode === "queue" ? ago(scaling.decision?.at, now) : "",
              scalingReason(scaling),
            ],
          ],
    ),
  );

function scalingReason(scaling: Exclude<ScalingStatus, { mode: "fixed" }>): string {
  if (scaling.mode === "queue") return scaling.decision?.reason ?? "the scaler has decided nothing yet";
  const { mode, targetPercent, scaleOutCooldownSeconds, scaleInCooldownSeconds } = scaling;
  const what = mode === "cpu" ? "CPU" : "memory";
  return `keeps ${what} use at ${targetPercent} %; ${scaleOutCooldownSeconds} s between steps up, ${scaleInCooldownSeconds} s down`;
}

const servicesTable = (services: readonly BesideStatus[], painted: Painter, now: Date): string[] =>
  table(
    ["SERVICE", "TASKS", "DEPLOYMENT", "REVISION", "SINCE", "ADDRESS"],
    services.map(({ name, service, url }) => [
      name,
      service ? `${service.running}/${service.desired}` : "none",
      painted(service?.rollout.state ?? "MISSING"),
      service?.rollout.revision ?? "",
      ago(service?.rollout.since, now),
      url ?? "",
    ]),
  );

const tasksTable = (
  members: readonly Pick<WorkerStatus, "name" | "service">[],
  painted: Painter,
  now: Date,
): string[] =>
  table(
    ["TASK", "OF", "REVISION", "STATUS", "HEALTH", "STARTED", "STOPPED", "WHY"],
    members.flatMap(({ name, service }) =>
      (service?.tasks ?? []).map((task) => [
        task.id.slice(0, SHORT_ID),
        name,
        task.revision,
        painted(task.draining ? `${task.status}, draining` : task.status),
        task.status === "STOPPED" ? "" : painted(task.health),
        ago(task.startedAt, now),
        ago(task.stoppedAt, now),
        why(task),
      ]),
    ),
  );

const poolsTable = (pools: readonly PoolStatus[], painted: Painter, now: Date): string[] =>
  table(
    ["POOL", "TYPE", "STATE", "LIMIT", "QUEUE", "PRIORITY", "DUE", "LATE", "ACTIVE", "POLLED"],
    pools.flatMap((pool) =>
      pool.queues.map((queue) => [
        pool.name,
        pool.type,
        painted(pool.paused ? "PAUSED" : (pool.status ?? "")),
        `${pool.concurrencyLimit ?? ""}`,
        queue.paused ? `${queue.name} (paused)` : queue.name,
        `${queue.priority}`,
        `${queue.due}`,
        `${queue.late}`,
        `${queue.inProgress}`,
        ago(queue.lastPolled, now),
      ]),
    ),
  );

const runsTable = (runs: readonly RunStatus[], painted: Painter, now: Date): string[] =>
  table(
    ["RUN", "POOL", "STATE", "DUE", "TOOK", "TASK", "EXIT", "WHY"],
    runs.map((run) => [
      run.name,
      run.workPool ?? "",
      painted(run.state.name),
      ago(run.expectedStart, now),
      run.start ? span((run.end ?? now).getTime() - run.start.getTime()) : "",
      run.taskArn?.split("/").at(-1)?.slice(0, SHORT_ID) ?? "",
      `${run.task?.exitCode ?? ""}`,
      shortened(run.task && !endedWell(run.task) ? (run.task.reason ?? "") : messageOf(run)),
    ]),
  );

function keyLine({ apiKey }: SystemStatus, now: Date): string[] {
  if (!apiKey) return [];
  return [`API key in ${apiKey.secretArn}, put ${ago(apiKey.changed, now) || "at an unknown time"}`];
}

/** Exit code and AWS's words. */
function why({ status, exitCode, reason }: TaskStatus): string {
  if (status !== "STOPPED") return "";
  const exit = exitCode === undefined ? [] : [`exit ${exitCode}`];
  return shortened([...exit, ...(reason ? [reason] : [])].join(": "));
}

/** A flow run's task ends when its container does: with 0 that is no news. */
const endedWell = ({ exitCode, reason = "" }: TaskStatus): boolean =>
  exitCode === 0 && reason.startsWith("EssentialContainerExited");

const messageOf = ({ state }: RunStatus): string => (state.type === "COMPLETED" ? "" : (state.message ?? ""));

const shortened = (text: string): string =>
  text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON - 1)}…` : text;

const next = ({ healthy, runs }: SystemStatus): string =>
  healthy && runs.length === 0
    ? "Next: prefect-fargate run, which starts a flow run and follows it to its end."
    : healthy
      ? `Next: prefect-fargate logs ${runs[0]!.name}, which shows what the last run wrote.`
      : "Next: prefect-fargate logs --since 1h, which shows what the worker wrote.";
