import type { NetworkConfig } from "#config/schema.ts";
import { endpointsInterface } from "#infra/interfaces/endpoints.ts";
import { flowLogsInterface } from "#infra/interfaces/flow-logs.ts";
import { callModule, type Reference } from "#terraform/module-interface.ts";

/** What a company demands of every role, as arguments of modules that make some. */
export interface RoleRules {
  readonly rolePath?: string;
  readonly permissionsBoundaryArn?: string;
}

interface EndpointsOptions {
  readonly name: string;
  readonly services: readonly string[];
  readonly vpcId: Reference;
  readonly cidrBlock: Reference;
  readonly subnetIds: Reference;
}

export const callEndpoints = ({ name, services, vpcId, cidrBlock, subnetIds }: EndpointsOptions) =>
  callModule(endpointsInterface, "endpoints", { name, vpcId, cidrBlock, subnetIds, services });

type FlowLogs = NonNullable<Extract<NetworkConfig, { kind: "new" }>["flowLogs"]>;

const TRAFFIC_TYPES = { all: "ALL", accepted: "ACCEPT", rejected: "REJECT" } as const;

export const callFlowLogs = ({ traffic, retentionDays }: FlowLogs, vpcId: Reference, rules: RoleRules) =>
  callModule(flowLogsInterface, "flow_logs", {
    vpcId,
    trafficType: TRAFFIC_TYPES[traffic],
    logRetentionDays: retentionDays,
    ...rules,
  });
