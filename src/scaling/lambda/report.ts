import type { ServiceAddress } from "./ecs-service.ts";
import type { Looked } from "./look.ts";

/** From then on Prefect itself calls a run late: PREFECT_API_SERVICES_LATE_RUNS_AFTER_SECONDS. */
const LATE_AFTER_SECONDS = 15;
const NAMESPACE = "PrefectFargate";

/**
 * A look as one line of JSON for the log: what was seen, what was decided and why. CloudWatch makes metrics of its numbers, for
 * which the function needs neither a right nor a request. A look that failed has no numbers: there, metrics have a gap.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function report({ cluster, service }: ServiceAddress, looked: Looked): string {
  const { observation, decision, undone } = looked;
  const metrics = observation.apiAnswered ? metricsOf(looked) : {};
  return JSON.stringify({
    ...(observation.apiAnswered ? { _aws: embedded(observation.now, Object.keys(metrics)) } : {}),
    Cluster: cluster,
    Worker: service,
    ...metrics,
    at: new Date(observation.now * 1000).toISOString(),
    desiredBefore: observation.desired,
    desired: decision.desired,
    drain: decision.drain,
    held: decision.held,
    reason: decision.reason,
    ...(undone.length > 0 ? { undone } : {}),
    ...(observation.apiAnswered ? { tasks: tasksOf(looked) } : {}),
  });
}

function metricsOf({ observation, settings, decision }: Looked): Record<string, number> {
  const { now, runs, workers } = observation;
  const waits = runs.queued.map(({ dueAt }) => now - dueAt);
  return {
    Backlog: runs.queued.length,
    Late: waits.filter((wait) => wait > LATE_AFTER_SECONDS).length,
    Coming: runs.scheduled.filter(({ dueAt }) => dueAt <= now + settings.horizonSeconds).length,
    RunsRunning: runs.running.length,
    Desired: decision.desired,
    Running: workers.filter(({ ready }) => ready).length,
    Lag: Math.max(0, ...waits),
  };
}

const tasksOf = ({ observation: { workers } }: Looked) =>
  workers.map(({ id, ready, busySlots, draining, outdated }) => ({
    id,
    ready,
    busySlots,
    draining,
    outdated,
  }));

const embedded = (now: number, names: readonly string[]) => ({
  Timestamp: Math.round(now * 1000),
  CloudWatchMetrics: [
    {
      Namespace: NAMESPACE,
      Dimensions: [["Cluster", "Worker"]],
      Metrics: names.map((Name) => ({ Name, Unit: Name === "Lag" ? "Seconds" : "Count" })),
    },
  ],
});
