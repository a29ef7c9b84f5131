import type { NetworkConfig } from "#config/schema.ts";
import { existingNetworkInterface } from "#infra/interfaces/existing-network.ts";
import { networkInterface } from "#infra/interfaces/network.ts";
import { callModule, type ModuleCall, type Outputs, type Reference } from "#terraform/module-interface.ts";

/** The module that makes or finds the network; either stands at `module.network`. */
export interface NetworkCall {
  readonly call: ModuleCall<Outputs>;
  readonly vpcId: Reference;
  /** Subnets of tasks. */
  readonly subnetIds: Reference;
  /** Zones of a new VPC. */
  readonly availabilityZones?: Reference;
}

const LABEL = "network";

export function callNetwork(config: NetworkConfig, availabilityZones?: readonly string[]): NetworkCall {
  if (config.kind === "existing") {
    const { vpcId, vpcTags, subnetIds, subnetTags } = config;
    const call = callModule(existingNetworkInterface, LABEL, { vpcId, vpcTags, subnetIds, subnetTags });
    return { call, vpcId: call.outputs.vpcId, subnetIds: call.outputs.subnetIds };
  }
  const { name, cidrBlock, availabilityZones: wanted } = config;
  const names = availabilityZones ?? (typeof wanted === "number" ? undefined : wanted);
  const zones = names ? { availabilityZones: names } : { availabilityZoneCount: wanted as number };
  const call = callModule(networkInterface, LABEL, { name, cidrBlock, ...zones });
  return {
    call,
    vpcId: call.outputs.vpcId,
    subnetIds: call.outputs.privateSubnetIds,
    availabilityZones: call.outputs.availabilityZones,
  };
}
