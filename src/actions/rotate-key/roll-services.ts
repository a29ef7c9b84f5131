import type { Config } from "#config/schema.ts";
import type { Reporter } from "#reporter";
import { awaitService, type RunningService } from "../await-service.ts";
import type { System } from "../system.ts";
import type { Workplace } from "../workplace.ts";
import { forceDeployment } from "./force-deployment.ts";

/** Services that have the key too, and are deployed. */
export const servicesWithKey = ({ services }: Config, system: System): string[] =>
  Object.keys(system.services).filter((name) => services[name]?.prefectAccess);

/**
 * Restarts the services that have the key, and waits until they run.
 *
 * @throws SERVICE_NOT_RUNNING
 */
export async function rollServices(
  { aws, config }: Workplace,
  system: System,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<RunningService[]> {
  return Promise.all(
    servicesWithKey(config, system).map((name) =>
      reporter.stage(`Service ${name}`, async (stage) => {
        stage.update("starting a deployment");
        const service = system.services[name]!.service_name;
        const { deployment } = await forceDeployment(aws, system.cluster_name, service);
        return awaitService(name, system, aws, stage, { deploymentId: deployment?.id, signal });
      }),
    ),
  );
}
