import { type Random, type Spread, seededRandom } from "./random.ts";

export const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;
const MINUTE_SECONDS = 60;

/** A day of work that arrives at a work pool. */
export interface Trace {
  readonly name: string;
  readonly description: string;
  /** In the order in which they fall due. */
  readonly runs: readonly TraceRun[];
}

export interface TraceRun {
  /** Seconds since midnight. An ad-hoc run is due when it is created. */
  readonly dueAt: number;
  readonly durationSeconds: number;
  /** The median of its deployment, which is what an observer can know beforehand; null when nothing is known. */
  readonly expectedSeconds: number | null;
  /** Published at least an hour ahead, as Prefect's scheduler does; otherwise nobody knew of it. */
  readonly scheduled: boolean;
}

export type TraceName = keyof typeof TRACES;

/** The same trace for the same name and seed. */
export function createTrace(name: TraceName, seed: number): Trace {
  const random = seededRandom(`trace ${name} ${seed}`);
  const { description, write } = TRACES[name];
  const runs = write(random).sort((one, other) => one.dueAt - other.dueAt);
  return { name, description, runs };
}

const TRACES = {
  "steady ad-hoc": {
    description: "4 runs a minute that nobody announced, of 75 s",
    write: (random: Random) => adHoc(random, { everySeconds: 15, duration: { p50: 75, p95: 170 } }),
  },
  "steady scheduled": {
    description: "6 deployments that run every minute, for 80 s",
    write: (random: Random) =>
      cron(random, { everySeconds: MINUTE_SECONDS, runs: 6, duration: { p50: 80, p95: 140 } }),
  },
  "diurnal mix": {
    description: "ad-hoc runs that follow office hours, and 12 deployments every five minutes",
    write: (random: Random) => [
      ...adHoc(random, { everySeconds: 20, duration: { p50: 60, p95: 150 }, rhythm: officeHours }),
      ...cron(random, { everySeconds: 5 * MINUTE_SECONDS, runs: 12, duration: { p50: 60, p95: 150 } }),
    ],
  },
  "cron burst": {
    description: "90 runs at every full hour, 30 at the half, 10 at the quarters, 72 more at 2:00 and 14:00",
    write: (random: Random) => {
      const duration = { p50: 150, p95: 330 };
      return [
        ...cron(random, { everySeconds: HOUR_SECONDS, runs: 90, duration }),
        ...cron(random, { everySeconds: HOUR_SECONDS, at: 30 * MINUTE_SECONDS, runs: 30, duration }),
        ...cron(random, { everySeconds: 30 * MINUTE_SECONDS, at: 15 * MINUTE_SECONDS, runs: 10, duration }),
        ...cron(random, { everySeconds: 12 * HOUR_SECONDS, at: 2 * HOUR_SECONDS, runs: 72, duration }),
      ];
    },
  },
  "heavy tail": {
    description: "5 deployments every ten minutes and as many ad-hoc runs: mostly short, some of hours",
    write: (random: Random) => {
      const duration = { p50: 50, p95: 700 };
      return [
        ...cron(random, { everySeconds: 10 * MINUTE_SECONDS, runs: 5, duration }),
        ...adHoc(random, { everySeconds: 120, duration }),
      ];
    },
  },
  nightly: {
    description: "32 runs at 2:00, 16 at 3:00, and 9 ad-hoc ones over the day",
    write: (random: Random) => {
      const duration = { p50: 300, p95: 800 };
      return [
        ...cron(random, { everySeconds: DAY_SECONDS, at: 2 * HOUR_SECONDS, runs: 32, duration }),
        ...cron(random, { everySeconds: DAY_SECONDS, at: 3 * HOUR_SECONDS, runs: 16, duration }),
        ...adHoc(random, { everySeconds: DAY_SECONDS / 9, duration }),
      ];
    },
  },
};

export const TRACE_NAMES = Object.keys(TRACES) as TraceName[];

/** No run is longer: a day has to end. */
const LONGEST_SECONDS = 3 * HOUR_SECONDS;

interface Cron {
  readonly everySeconds: number;
  /** After each period's start. @default 0 */
  readonly at?: number;
  readonly runs: number;
  readonly duration: Spread;
}

function cron(random: Random, { everySeconds, at = 0, runs, duration }: Cron): TraceRun[] {
  const written: TraceRun[] = [];
  for (let dueAt = at; dueAt < DAY_SECONDS; dueAt += everySeconds)
    for (let i = 0; i < runs; i++) written.push(run(random, dueAt, duration, true));
  return written;
}

interface AdHoc {
  /** On average. */
  readonly everySeconds: number;
  readonly duration: Spread;
  /** Weighs a moment of the day between 0 and 2, with 1 as the mean. */
  readonly rhythm?: (time: number) => number;
}

/** A Poisson process of double rate, from which arrivals are struck out as the rhythm says. */
function adHoc(random: Random, { everySeconds, duration, rhythm = () => 1 }: AdHoc): TraceRun[] {
  const gap = everySeconds / 2;
  const written: TraceRun[] = [];
  for (let dueAt = random.exponential(gap); dueAt < DAY_SECONDS; dueAt += random.exponential(gap))
    if (random.chance(rhythm(dueAt) / 2)) written.push(run(random, dueAt, duration, false));
  return written;
}

/** Quiet at two in the morning, busiest at two in the afternoon. */
function officeHours(time: number): number {
  return 1 - 0.95 * Math.cos((2 * Math.PI * (time - 2 * HOUR_SECONDS)) / DAY_SECONDS);
}

function run(random: Random, dueAt: number, duration: Spread, scheduled: boolean): TraceRun {
  const durationSeconds = Math.min(random.logNormal(duration), LONGEST_SECONDS);
  return { dueAt, durationSeconds, expectedSeconds: duration.p50, scheduled };
}
