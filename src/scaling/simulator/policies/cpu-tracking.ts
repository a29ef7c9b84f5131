import type { Policy } from "../policy.ts";
import type { Service } from "../service.ts";

/** Of one vCPU: a worker that polls, and a flow that mostly waits for databases and APIs. */
const IDLE_UTILIZATION = 0.05;
const UTILIZATION_PER_RUN = 0.2;

const TARGET_UTILIZATION = 0.6;
/** Target tracking's alarms: three periods above the target, fifteen below nine tenths of it. */
const PERIODS_ABOVE = 3;
const PERIODS_BELOW = 15;
const COOLDOWN_SECONDS = 300;
/** CloudWatch shows a period about one minute after its end. */
const PUBLISHED_AFTER_SECONDS = 60;

const SAMPLE_SECONDS = 10;

/**
 * Application Auto Scaling's target tracking on CPU, with metrics of 60 or 20 seconds. It cannot scale from
 * zero, so there is always a worker.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
export function cpuTracking(periodSeconds: 60 | 20): Policy {
  return {
    name: `CPU ${periodSeconds} s`,
    supervised: false,
    everySeconds: SAMPLE_SECONDS,
    horizonSeconds: 0,
    start({ maxWorkers, service }) {
      const periods: { readonly end: number; readonly utilization: number }[] = [];
      let samples: number[] = [];
      let grewAt = Number.NEGATIVE_INFINITY;
      let shrankAt = Number.NEGATIVE_INFINITY;

      return (_look, now) => {
        if (service.desired === 0) return { desired: 1, drain: [] };
        samples.push(utilization(service));
        if (samples.length * SAMPLE_SECONDS < periodSeconds) return undefined;
        periods.push({ end: now, utilization: mean(samples) });
        samples = [];
        const published = periods.filter(({ end }) => end <= now - PUBLISHED_AFTER_SECONDS);
        const above = published.slice(-PERIODS_ABOVE);
        const below = published.slice(-PERIODS_BELOW);
        if (periods.length > 2 * PERIODS_BELOW) periods.shift();

        if (isFull(above, PERIODS_ABOVE) && above.every((p) => p.utilization > TARGET_UTILIZATION)) {
          if (now < grewAt + COOLDOWN_SECONDS) return undefined;
          grewAt = now;
          return { desired: Math.min(maxWorkers, onTarget(service, above)), drain: [] };
        }
        if (isFull(below, PERIODS_BELOW) && below.every((p) => p.utilization < 0.9 * TARGET_UTILIZATION)) {
          if (now < Math.max(grewAt, shrankAt) + COOLDOWN_SECONDS) return undefined;
          shrankAt = now;
          return { desired: Math.max(1, onTarget(service, below)), drain: [] };
        }
        return undefined;
      };
    },
  };
}

/** The service's average over the tasks that run. */
function utilization(service: Service): number {
  const running = service.workers.filter((worker) => worker.state === "ready");
  if (running.length === 0) return 0;
  return mean(
    running.map((worker) => Math.min(1, IDLE_UTILIZATION + UTILIZATION_PER_RUN * worker.busy.size)),
  );
}

const onTarget = (service: Service, periods: readonly { utilization: number }[]): number =>
  Math.ceil((service.desired * mean(periods.map((period) => period.utilization))) / TARGET_UTILIZATION);

const isFull = (periods: readonly unknown[], wanted: number): boolean => periods.length === wanted;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
