import type { Config, WorkerConfig } from "#config/schema.ts";
import type { imageRepositoryInterface } from "#infra/interfaces/image-repository.ts";
import { loadBalancerInterface } from "#infra/interfaces/load-balancer.ts";
import type { scalerInterface } from "#infra/interfaces/scaler.ts";
import { serviceInterface } from "#infra/interfaces/service.ts";
import type { taskExecutionRoleInterface } from "#infra/interfaces/task-execution-role.ts";
import { workerInterface } from "#infra/interfaces/worker.ts";
import { type JsonObject, renderBlock } from "#terraform/hcl.ts";
import {
  type ModuleCall,
  type ModuleInterface,
  type Reference,
  reference,
  terraformName,
} from "#terraform/module-interface.ts";
import { soleExpression } from "#terraform/template.ts";
import type { ClusterCall } from "./cluster-call.ts";
import type { NetworkCall } from "./network-call.ts";

interface RootParts {
  readonly config: Pick<Config, "region" | "services" | "workers">;
  readonly network: NetworkCall;
  readonly cluster: ClusterCall;
  readonly secretArn: string | undefined;
  readonly executionRole: ModuleCall<typeof taskExecutionRoleInterface.outputs>;
  /** Every worker's module by the worker's name. */
  readonly workers: Reference;
  readonly images: ModuleCall<typeof imageRepositoryInterface.outputs> | undefined;
  readonly scaler: ModuleCall<typeof scalerInterface.outputs> | undefined;
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  region: "Region of the system.",
  vpc_id: "VPC in which tasks run.",
  subnet_ids: "Subnets in which tasks run.",
  availability_zones: "Zones that were chosen, in the order that numbers their subnets.",
  cluster_name: "Name of the ECS cluster.",
  cluster_arn: "ARN of the ECS cluster.",
  api_key_secret_arn: "ARN of the secret that holds the Prefect API key.",
  execution_role_arn: "ARN of the role with which ECS starts tasks.",
  workers: "All that each worker's module gives, by the worker's name.",
  services: "All that each service's module gives, by the service's name.",
  load_balancers: "All that each load balancer's module gives, by the name of the service behind it.",
  image_repository_url: "Where images are pushed to, without tag.",
  scaling: "How the number of a worker's tasks follows the work, by the worker's name, unless it is fixed.",
  scaler_log_group: "Log group of the scaler: every decision, with what was seen and why.",
};

/** What people and this tool read back after an apply. */
export function rootOutputs({
  config,
  network,
  cluster,
  secretArn,
  executionRole,
  workers,
  images,
  scaler,
}: RootParts): string[] {
  const services = Object.values(config.services);
  const outputs: Record<string, string | JsonObject | undefined> = {
    region: config.region,
    vpc_id: network.vpcId,
    subnet_ids: network.subnetIds,
    availability_zones: network.availabilityZones,
    cluster_name: cluster.name,
    cluster_arn: cluster.arn,
    api_key_secret_arn: secretArn,
    execution_role_arn: executionRole.outputs.arn,
    workers: eachOf(workerInterface, workers, "worker"),
    services:
      services.length > 0 ? eachOf(serviceInterface, reference("module.service"), "service") : undefined,
    load_balancers: services.some(({ loadBalancer }) => loadBalancer)
      ? eachOf(loadBalancerInterface, reference("module.load_balancer"), "balancer")
      : undefined,
    image_repository_url: images?.outputs.url,
    scaling: scalingOf(config.workers),
    scaler_log_group: scaler?.outputs.logGroup,
  };
  return Object.entries(outputs)
    .filter((output): output is [string, string | JsonObject] => output[1] !== undefined)
    .map(([name, value]) => renderBlock("output", [name], { description: DESCRIPTIONS[name], value }));
}

/** How the number of a worker's tasks follows the work, where it does. */
function scalingOf(workers: Config["workers"]): JsonObject | undefined {
  const scaled = Object.entries(workers).flatMap(([name, { scaling }]): [string, JsonObject][] =>
    scaling.mode === "fixed" ? [] : [[name, scalingRow(scaling)]],
  );
  return scaled.length > 0 ? Object.fromEntries(scaled) : undefined;
}

function scalingRow(scaling: Exclude<WorkerConfig["scaling"], { mode: "fixed" }>): JsonObject {
  const { mode, minTasks, maxTasks } = scaling;
  const bounds = { mode, min_tasks: minTasks, max_tasks: maxTasks };
  if (mode === "queue") return bounds;
  return {
    ...bounds,
    target_percent: scaling.targetPercent,
    scale_out_cooldown_seconds: scaling.scaleOutCooldownSeconds,
    scale_in_cooldown_seconds: scaling.scaleInCooldownSeconds,
  };
}

/** All that modules with `for_each` give, by name. */
function eachOf({ outputs }: Pick<ModuleInterface, "outputs">, all: Reference, one: string): string {
  const names = Object.keys(outputs).map(terraformName);
  const fields = names.map((name) => `${name} = ${one}.${name}`).join(", ");
  return reference(`{ for name, ${one} in ${soleExpression(all)} : name => { ${fields} } }`);
}
