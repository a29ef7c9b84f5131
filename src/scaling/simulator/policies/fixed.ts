import type { Policy } from "../policy.ts";

/** Always the same number of workers. */
export function fixed(workers: number): Policy {
  return {
    name: `fixed ${workers}`,
    supervised: false,
    everySeconds: 60,
    horizonSeconds: 0,
    start: () => () => ({ desired: workers, drain: [] }),
  };
}
