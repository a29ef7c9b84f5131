import type { Evidence, TaskEvidence } from "../evidence.ts";
import type { Recognizer } from "../finding.ts";
import { nameOf } from "../sayings.ts";

/** Clocks differ, and a heartbeat that was on its way when its task stopped is not somebody else's. */
const TOLERANCE_MS = 10_000;

/**
 * Workers of one name share a row in their pool. A heartbeat at a time when none of our tasks ran is of a worker
 * somewhere else, which takes the runs that are meant for ours.
 */
export const nameTaken: Recognizer = {
  cause: "name-taken",
  source: "https://docs.prefect.io/v3/concepts/workers",
  recognize(evidence) {
    const { prefect, tasks, worker } = evidence;
    const row = prefect.workers.find(({ name }) => name === worker);
    const beat = row?.lastHeartbeat;
    if (!row || !beat || row.status !== "ONLINE" || tasks.length === 0 || !beatsAlone(beat, tasks))
      return undefined;
    return {
      certainty: "likely",
      sentence: `another worker called ${worker} is ONLINE in work pool ${prefect.workPool}, while no task of this system runs: it takes the runs that are meant for this one.`,
      evidence: [`Prefect: heartbeat of ${worker} at ${beat.toISOString()}`, lastSeen(evidence)],
      remedy: "Stop that worker, or give this one another name in prefect-fargate.config.ts",
    };
  },
};

/** Later than everything that is known of our tasks began, and within none of their lives. */
function beatsAlone(beat: Date, tasks: readonly TaskEvidence[]): boolean {
  const first = Math.min(...tasks.map(({ startedAt }) => startedAt?.getTime() ?? Number.POSITIVE_INFINITY));
  if (beat.getTime() < first && Number.isFinite(first)) return false;
  return tasks.every(({ startedAt, stoppedAt }) => {
    if (!startedAt) return true;
    return stoppedAt !== undefined && beat.getTime() > stoppedAt.getTime() + TOLERANCE_MS;
  });
}

function lastSeen({ tasks }: Evidence): string {
  const task = tasks.find(({ stoppedAt }) => stoppedAt);
  return task
    ? `${nameOf(task)} stopped at ${task.stoppedAt!.toISOString()}`
    : "no task of this system has run";
}
