import type { Policy } from "../policy.ts";

/** KEDA's defaults. https://keda.sh/docs/latest/reference/scaledobject-spec/ */
const POLLING_SECONDS = 30;
const COOLDOWN_SECONDS = 300;

/**
 * As KEDA with a horizontal autoscaler scales a Deployment on a metric of waiting and running work: it grows at
 * once, shrinks to the highest need of five minutes, and lets the platform choose who goes.
 */
export function kedaLike(): Policy {
  return {
    name: "KEDA-like 30 s",
    supervised: false,
    everySeconds: POLLING_SECONDS,
    horizonSeconds: 0,
    start({ world, maxWorkers }) {
      const recent: { at: number; workers: number }[] = [];
      return (look, now) => {
        const { apiAnswered, runs } = look();
        if (!apiAnswered) return undefined;
        const needed = Math.ceil((runs.queued.length + runs.running.length) / world.slotsPerWorker);
        recent.push({ at: now, workers: Math.min(maxWorkers, needed) });
        while (recent[0]!.at < now - COOLDOWN_SECONDS) recent.shift();
        return { desired: Math.max(...recent.map(({ workers }) => workers)), drain: [] };
      };
    },
  };
}
