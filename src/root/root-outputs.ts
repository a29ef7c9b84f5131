import type { imageRepositoryInterface } from "#infra/interfaces/image-repository.ts";
import type { taskExecutionRoleInterface } from "#infra/interfaces/task-execution-role.ts";
import { workerInterface } from "#infra/interfaces/worker.ts";
import { renderBlock } from "#terraform/hcl.ts";
import { type ModuleCall, type Reference, reference, terraformName } from "#terraform/module-interface.ts";
import { soleExpression } from "#terraform/template.ts";
import type { ClusterCall } from "./cluster-call.ts";
import type { NetworkCall } from "./network-call.ts";

interface RootParts {
  readonly region: string;
  readonly network: NetworkCall;
  readonly cluster: ClusterCall;
  readonly secretArn: string;
  readonly executionRole: ModuleCall<typeof taskExecutionRoleInterface.outputs>;
  /** Every worker's module by the worker's name. */
  readonly workers: Reference;
  readonly images: ModuleCall<typeof imageRepositoryInterface.outputs> | undefined;
}

/** What people and this tool read back after an apply. */
export function rootOutputs({
  region,
  network,
  cluster,
  secretArn,
  executionRole,
  workers,
  images,
}: RootParts): string[] {
  const outputs: Record<string, string | undefined> = {
    region,
    vpc_id: network.vpcId,
    subnet_ids: network.subnetIds,
    availability_zones: network.availabilityZones,
    cluster_name: cluster.name,
    cluster_arn: cluster.arn,
    api_key_secret_arn: secretArn,
    execution_role_arn: executionRole.outputs.arn,
    workers: workersOutput(workers),
    image_repository_url: images?.outputs.url,
  };
  return Object.entries(outputs)
    .filter((output): output is [string, string] => output[1] !== undefined)
    .map(([name, value]) => renderBlock("output", [name], { value }));
}

function workersOutput(workers: Reference): string {
  const names = Object.keys(workerInterface.outputs).map(terraformName);
  const fields = names.map((name) => `${name} = worker.${name}`).join(", ");
  return reference(`{ for name, worker in ${soleExpression(workers)} : name => { ${fields} } }`);
}
