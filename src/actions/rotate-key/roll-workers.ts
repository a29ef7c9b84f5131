import { PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import { awaitOnline, type OnlineWorker } from "../await-online.ts";
import type { System } from "../system.ts";
import type { Workplace } from "../workplace.ts";
import { forceDeployment } from "./force-deployment.ts";

/**
 * Restarts every worker on the revision it has, and waits until the new tasks are ONLINE. A service that runs no task is left alone.
 *
 * @throws WORKER_NOT_ONLINE
 */
export async function rollWorkers(
  { aws, prefect }: Workplace,
  system: System,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<OnlineWorker[]> {
  const rolled = await Promise.all(
    Object.entries(system.workers).map(([name, { service_name: service, task_definition_arn }]) =>
      reporter.stage(`Worker ${name}`, async (stage) => {
        stage.update("starting a deployment");
        const { deployment, desiredCount } = await forceDeployment(aws, system.cluster_name, service);
        if (desiredCount === 0) {
          stage.update("runs no task");
          return undefined;
        }
        if (deployment?.taskDefinition !== task_definition_arn)
          throw new PrefectFargateError(
            "CONFIG_NOT_DEPLOYED",
            `Service ${service} runs ${deployment?.taskDefinition}, Terraform's state says ${task_definition_arn}.`,
            { source: "environment", hint: "prefect-fargate deploy" },
          );
        return awaitOnline(name, system, { aws, prefect }, stage, { deploymentId: deployment.id!, signal });
      }),
    ),
  );
  return rolled.filter((worker) => worker !== undefined);
}
