import type { NetworkConfig } from "#config/schema.ts";
import { existingNetworkInterface } from "#infra/interfaces/existing-network.ts";
import { isolatedNetworkInterface } from "#infra/interfaces/isolated-network.ts";
import { networkInterface } from "#infra/interfaces/network.ts";
import { publicNetworkInterface } from "#infra/interfaces/public-network.ts";
import { callModule, type ModuleCall, type Outputs, type Reference } from "#terraform/module-interface.ts";
import { callEndpoints, callFlowLogs, type RoleRules } from "./network-extras.ts";

/** The modules that make or find the network; the first of them always stands at `module.network`. */
export interface NetworkCall {
  readonly calls: readonly ModuleCall<Outputs>[];
  readonly vpcId: Reference;
  /** Subnets of tasks. */
  readonly subnetIds: Reference;
  /** Subnets of load balancers that are reached from outside, where there are any. */
  readonly publicSubnetIds: Reference | undefined;
  /** Whether tasks have public addresses. */
  readonly assignPublicIp: boolean;
  /** Zones of a new VPC. */
  readonly availabilityZones?: Reference;
}

type NewNetwork = Extract<NetworkConfig, { kind: "new" }>;
type ExistingNetwork = Extract<NetworkConfig, { kind: "existing" }>;

const LABEL = "network";

export const callNetwork = (
  config: NetworkConfig,
  availabilityZones: readonly string[] | undefined,
  rules: RoleRules,
): NetworkCall =>
  config.kind === "existing" ? callExisting(config) : callNew(config, availabilityZones, rules);

function callExisting(config: ExistingNetwork): NetworkCall {
  const { vpcId, vpcTags, subnetIds, subnetTags, publicSubnetIds, assignPublicIp, isolated } = config;
  const call = callModule(existingNetworkInterface, LABEL, {
    vpcId,
    vpcTags,
    subnetIds,
    subnetTags,
    wayOut: isolated ? "none" : assignPublicIp ? "internet-gateway" : "private",
    publicSubnetIds,
  });
  return {
    calls: [call],
    vpcId: call.outputs.vpcId,
    subnetIds: call.outputs.subnetIds,
    publicSubnetIds: publicSubnetIds
      ? call.outputs.publicSubnetIds
      : assignPublicIp
        ? call.outputs.subnetIds
        : undefined,
    assignPublicIp,
  };
}

function callNew(
  config: NewNetwork,
  pinnedZones: readonly string[] | undefined,
  rules: RoleRules,
): NetworkCall {
  const { name, endpoints, flowLogs } = config;
  const network = callVpc(config, vpcArguments(config, pinnedZones));
  const endpointsCall =
    endpoints.length > 0 ? callEndpoints({ name, services: endpoints, ...network }) : undefined;
  const flowLogsCall = flowLogs && callFlowLogs(flowLogs, network.vpcId, rules);
  return {
    ...network,
    calls: [network.call, endpointsCall, flowLogsCall].filter((call) => call !== undefined),
    // Where endpoints are the only way, tasks wait for them.
    subnetIds: (config.egress === "endpoints" && endpointsCall?.outputs.subnetIds) || network.subnetIds,
  };
}

/** Zones that are pinned go beside the number that chose them: changing the number would choose anew. */
function vpcArguments(config: NewNetwork, pinnedZones: readonly string[] | undefined) {
  const { name, cidrBlock, subnetPrefixLength, availabilityZones: wanted } = config;
  const names = pinnedZones ?? (typeof wanted === "number" ? undefined : wanted);
  return {
    name,
    cidrBlock,
    ...(subnetPrefixLength === undefined ? {} : { subnetPrefixLength }),
    ...(names ? { availabilityZones: names } : {}),
    ...(typeof wanted === "number" ? { availabilityZoneCount: wanted } : {}),
  };
}

function callVpc({ egress }: NewNetwork, args: ReturnType<typeof vpcArguments>) {
  if (egress === "public") {
    const call = callModule(publicNetworkInterface, LABEL, args);
    const { publicSubnetIds, ...outputs } = call.outputs;
    return { call, ...outputs, subnetIds: publicSubnetIds, publicSubnetIds, assignPublicIp: true };
  }
  if (egress === "endpoints") {
    const call = callModule(isolatedNetworkInterface, LABEL, args);
    const { privateSubnetIds, ...outputs } = call.outputs;
    return {
      call,
      ...outputs,
      subnetIds: privateSubnetIds,
      publicSubnetIds: undefined,
      assignPublicIp: false,
    };
  }
  const call = callModule(networkInterface, LABEL, {
    ...args,
    ...(egress === "nat-per-zone" ? { natGatewayPerZone: true } : {}),
  });
  const { privateSubnetIds, ...outputs } = call.outputs;
  return { call, ...outputs, subnetIds: privateSubnetIds, assignPublicIp: false };
}
