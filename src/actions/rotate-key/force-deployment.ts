import { type Deployment, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { AwsClients } from "../aws-clients.ts";

/** Starts a deployment of a service on the revision it has, since ECS reads secrets only when a task starts. */
export async function forceDeployment(
  { ecs }: AwsClients,
  cluster: string,
  service: string,
): Promise<{ deployment: Deployment | undefined; desiredCount: number | undefined }> {
  const answer = await ecs.send(new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }));
  return {
    deployment: answer.service?.deployments?.find(({ status }) => status === "PRIMARY"),
    desiredCount: answer.service?.desiredCount,
  };
}
