import { PrefectFargateError } from "#errors";
import type { System } from "../system.ts";
import { findWorker } from "../system-worker.ts";
import { WORKER_CONTAINER } from "../worker-log.ts";

/** Whose tasks a shell may be opened in. */
export interface ShellSubject {
  readonly kind: "worker" | "service";
  readonly name: string;
  /** Of the ECS service. */
  readonly serviceName: string;
  readonly container: string;
}

/** As the service module calls it. */
const SERVICE_CONTAINER = "service";

/**
 * A worker or a service by its name, the first worker when nothing is said.
 * @throws EXEC_OF_NOBODY with names that would work
 */
export function findShellSubject(system: System, wanted: string | undefined): ShellSubject {
  const { workers, services } = system;
  if (wanted === undefined || Object.hasOwn(workers, wanted)) {
    const { name, worker } = findWorker(system, wanted);
    return { kind: "worker", name, serviceName: worker.service_name, container: WORKER_CONTAINER };
  }
  const service = Object.hasOwn(services, wanted) ? services[wanted] : undefined;
  if (service)
    return {
      kind: "service",
      name: wanted,
      serviceName: service.service_name,
      container: SERVICE_CONTAINER,
    };
  throw new PrefectFargateError("EXEC_OF_NOBODY", `There is no worker or service called ${wanted}.`, {
    details: [
      `workers: ${Object.keys(workers).join(", ")}`,
      ...(Object.keys(services).length > 0 ? [`services: ${Object.keys(services).join(", ")}`] : []),
    ],
    hint: "prefect-fargate exec NAME",
  });
}
