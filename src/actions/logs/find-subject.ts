import { PrefectFargateError } from "#errors";
import type { FlowRun, PrefectClient } from "#prefect/client.ts";
import type { System, SystemService, SystemWorker } from "../system.ts";
import { findWorker } from "../system-worker.ts";

export type LogSubject =
  | { readonly kind: "worker"; readonly name: string; readonly worker: SystemWorker }
  | { readonly kind: "service"; readonly name: string; readonly service: SystemService }
  | { readonly kind: "flow run"; readonly run: FlowRun };

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const SUGGESTED = 5;

/**
 * Whose logs are meant: a worker's or a service's by its name, a flow run's by its id or its name (the latest of that name), the first
 * worker's when nothing is said.
 * @throws LOGS_OF_NOBODY with names that would work
 */
export async function findSubject(
  system: System,
  prefect: PrefectClient,
  wanted: string | undefined,
): Promise<LogSubject> {
  if (wanted === undefined || Object.hasOwn(system.workers, wanted))
    return { kind: "worker", ...findWorker(system, wanted) };
  const service = Object.hasOwn(system.services, wanted) ? system.services[wanted] : undefined;
  if (service) return { kind: "service", name: wanted, service };
  const run = UUID.test(wanted)
    ? await prefect.readFlowRun(wanted)
    : (await prefect.listFlowRuns({ name: wanted }, 1))[0];
  if (run) return { kind: "flow run", run };
  const services = Object.keys(system.services);
  const pools = [...new Set(Object.values(system.workers).map(({ work_pool }) => work_pool))];
  const latest = await Promise.all(pools.map((workPool) => prefect.listFlowRuns({ workPool }, SUGGESTED)));
  const names = latest.flat().map(({ name }) => name);
  throw new PrefectFargateError(
    "LOGS_OF_NOBODY",
    `There is no worker, service or flow run called ${wanted}.`,
    {
      details: [
        `workers: ${Object.keys(system.workers).join(", ")}`,
        ...(services.length > 0 ? [`services: ${services.join(", ")}`] : []),
        ...(names.length > 0 ? [`latest flow runs: ${names.join(", ")}`] : []),
      ],
      hint: "prefect-fargate logs NAME",
    },
  );
}
