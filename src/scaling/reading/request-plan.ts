import type { Instant } from "../observation.ts";

/** One request to Prefect's API, below its base URL; the same for Prefect 2 and 3. */
export interface PrefectRequest {
  /** How it is asked. */
  readonly method: "GET" | "POST";
  /** Below the API's address, with a slash at its beginning. */
  readonly path: string;
  /** Sent as JSON. @default - nothing */
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * All that a look at one work pool asks Prefect for. Neither the number of requests nor the size of the answers
 * depends on how many workers there are; lists grow with the runs in flight, a page per two hundred.
 *
 * Only counts and filters: `get_scheduled_flow_runs` is what workers ask, and asking it marks the pool's queues as
 * polled, which hides that no worker is alive.
 */
export interface RequestPlan {
  /** Asked at every look: two requests, or one while the service sleeps. */
  readonly everyLook: Readonly<Record<"running" | "waiting", PrefectRequest>>;
  /** Asked once a minute: five requests. */
  readonly everyMinute: Readonly<
    Record<"pool" | "queues" | "arrived" | "announced" | "ended", PrefectRequest>
  >;
}

/** The most that Prefect gives in one answer (PREFECT_API_DEFAULT_LIMIT). */
export const PAGE_SIZE = 200;

/** The window in which unannounced runs are counted. */
export const AD_HOC_WINDOW_SECONDS = 900;

/** Prefect's scheduler gives it to the runs that it makes from a deployment's schedule. */
const AUTO_SCHEDULED = "auto-scheduled";

/** In these states a run has a worker; RUNNING and PENDING ones fill the pool's concurrency limit. */
const TAKEN_STATES = ["PENDING", "RUNNING", "CANCELLING", "PAUSED"];

export interface Subject {
  readonly workPool: string;
  readonly now: Instant;
  readonly horizonSeconds: number;
  /** The service has no worker and is to have none: nothing can have been taken. */
  readonly asleep: boolean;
}

/** What to ask Prefect at a look at one pool. Throws nothing and asks nothing itself. */
export function requestPlan({ workPool, now, horizonSeconds }: Subject): RequestPlan {
  const inPool = { work_pools: { name: { any_: [workPool] } } };
  const pool = `/work_pools/${encodeURIComponent(workPool)}`;
  const runs = (filter: object, sort: string): PrefectRequest =>
    post("/flow_runs/filter", { ...inPool, flow_runs: filter, sort, limit: PAGE_SIZE, offset: 0 });
  const count = (filter: object): PrefectRequest =>
    post("/flow_runs/count", { ...inPool, flow_runs: filter });

  const lately = { after_: timestamp(now - AD_HOC_WINDOW_SECONDS), before_: timestamp(now) };
  return {
    everyLook: {
      running: runs({ state: { type: { any_: TAKEN_STATES } } }, "EXPECTED_START_TIME_ASC"),
      waiting: runs(
        {
          state: { type: { any_: ["SCHEDULED"] } },
          expected_start_time: { before_: timestamp(now + horizonSeconds) },
        },
        "EXPECTED_START_TIME_ASC",
      ),
    },
    everyMinute: {
      pool: { method: "GET", path: pool },
      queues: post(`${pool}/queues/filter`, { limit: PAGE_SIZE, offset: 0 }),
      arrived: count({ expected_start_time: lately }),
      announced: count({ expected_start_time: lately, tags: { all_: [AUTO_SCHEDULED] } }),
      ended: runs({ state: { type: { any_: ["COMPLETED"] } } }, "END_TIME_DESC"),
    },
  };
}

/** The same list from another row on. */
export function fromRow(request: PrefectRequest, offset: number): PrefectRequest {
  return { ...request, body: { ...request.body, offset } };
}

const post = (path: string, body: Record<string, unknown>): PrefectRequest => ({
  method: "POST",
  path,
  body,
});

const timestamp = (instant: Instant): string => new Date(instant * 1000).toISOString();
