import type { HealthCheck, HealthStatus } from "@aws-sdk/client-ecs";

export interface HealthCheckPlan {
  readonly argv: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Consecutive failures that make a container UNHEALTHY. */
  readonly retries: number;
  /** How long failures do not count after the start. */
  readonly startPeriodMs: number;
}

export interface HealthState {
  readonly status: HealthStatus;
  readonly failures: number;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const DEFAULT_SECONDS = { interval: 30, timeout: 5, startPeriod: 0 } as const;
const DEFAULT_RETRIES = 3;

export const UNKNOWN_HEALTH: HealthState = { status: "UNKNOWN", failures: 0 };

/** The health check of a container definition, ready to run; undefined when there is none or it says NONE. */
export function healthCheckPlan(check: HealthCheck | undefined): HealthCheckPlan | undefined {
  const [form, ...rest] = check?.command ?? [];
  const argv = form === "CMD-SHELL" ? ["/bin/sh", "-c", rest.join(" ")] : form === "CMD" ? rest : [];
  if (!check || argv.length === 0) return undefined;
  return {
    argv,
    intervalMs: (check.interval ?? DEFAULT_SECONDS.interval) * 1000,
    timeoutMs: (check.timeout ?? DEFAULT_SECONDS.timeout) * 1000,
    retries: check.retries ?? DEFAULT_RETRIES,
    startPeriodMs: (check.startPeriod ?? DEFAULT_SECONDS.startPeriod) * 1000,
  };
}

/**
 * One more result. A success makes a container HEALTHY at once; failures count once the start period is over or the
 * container was HEALTHY before.
 */
export function nextHealth(
  state: HealthState,
  passed: boolean,
  elapsedMs: number,
  plan: Pick<HealthCheckPlan, "retries" | "startPeriodMs">,
): HealthState {
  if (passed) return { status: "HEALTHY", failures: 0 };
  if (state.status === "UNKNOWN" && elapsedMs < plan.startPeriodMs) return state;
  const failures = state.failures + 1;
  return { status: failures >= plan.retries ? "UNHEALTHY" : state.status, failures };
}

export interface HealthWatch {
  stop(): void;
}

/**
 * Runs the check after each interval, one at a time, and tells every change of status.
 * @param run resolves to whether the command ended with 0 in time
 */
export function watchHealth(
  plan: HealthCheckPlan,
  run: (argv: readonly string[], timeoutMs: number) => Promise<boolean>,
  onChange: (status: HealthStatus) => void,
): HealthWatch {
  const startedAt = performance.now();
  let state = UNKNOWN_HEALTH;
  let stopped = false;
  let timer = setTimeout(check, plan.intervalMs);

  async function check() {
    const passed = await run(plan.argv, plan.timeoutMs).catch(() => false);
    if (stopped) return;
    const before = state.status;
    state = nextHealth(state, passed, performance.now() - startedAt, plan);
    timer = setTimeout(check, plan.intervalMs);
    if (state.status !== before) onChange(state.status);
  }

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
