import { DescribeServicesCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { AwsClients } from "./aws-clients.ts";
import type { System } from "./system.ts";

/**
 * Gives a worker that Application Auto Scaling looks after the fewest tasks that it should have. That service changes a count
 * only when an alarm fires, and a worker that was asleep when its mode became `cpu` or `memory` has no use to alarm about:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
 *
 * @returns whether it had fewer. A scaler that was still looking when the mode changed may set it once more, so look again.
 */
export async function raiseToLeast({ ecs }: AwsClients, system: System, name: string): Promise<boolean> {
  const scaling = system.scaling[name];
  const service = system.workers[name]?.service_name;
  if (!service || !scaling || scaling.mode === "queue") return false;
  const cluster = system.cluster_name;
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  const { status, desiredCount = 0 } = services?.[0] ?? {};
  if (status !== "ACTIVE" || desiredCount >= scaling.min_tasks) return false;
  await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: scaling.min_tasks }));
  return true;
}
