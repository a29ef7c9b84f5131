import type { Recognizer } from "../finding.ts";

/** Clocks differ, and a heartbeat may have been on its way when its task stopped. */
const TOLERANCE_MS = 10_000;

/**
 * Workers of one name share a row in their pool. A heartbeat from after the end of our last task is of a worker
 * somewhere else, which takes the runs that are meant for ours.
 */
export const nameTaken: Recognizer = {
  cause: "name-taken",
  source: "https://docs.prefect.io/v3/concepts/workers",
  recognize({ prefect, service, worker }) {
    const beat = prefect.workers.find(
      ({ name, status }) => name === worker && status === "ONLINE",
    )?.lastHeartbeat;
    const alive = service?.lastAlive;
    if (!beat || !alive || beat.getTime() <= alive.getTime() + TOLERANCE_MS) return undefined;
    return {
      certainty: "likely",
      sentence: `another worker called ${worker} is ONLINE in work pool ${prefect.workPool}, while no task of this system runs: it takes the runs that are meant for this one.`,
      evidence: [
        `Prefect: heartbeat of ${worker} at ${beat.toISOString()}`,
        `service ${service.name}: its last task stopped at ${alive.toISOString()}`,
      ],
      remedy: "Stop that worker, or give this one another name in prefect-fargate.config.ts",
    };
  },
};
