import { PrefectFargateError } from "#errors";
import type { System, SystemWorker } from "./system.ts";

/**
 * The worker of that name; without a name the only one, or the first of several.
 * @throws WORKER_UNKNOWN
 */
export function findWorker(system: System, name?: string): { name: string; worker: SystemWorker } {
  const names = Object.keys(system.workers);
  const wanted = name ?? names[0];
  const worker = wanted === undefined ? undefined : system.workers[wanted];
  if (wanted !== undefined && worker) return { name: wanted, worker };
  throw new PrefectFargateError(
    "WORKER_UNKNOWN",
    `There is no worker ${wanted ?? "at all"} in this system.`,
    {
      hint: `Its workers: ${names.join(", ") || "none"}`,
    },
  );
}
