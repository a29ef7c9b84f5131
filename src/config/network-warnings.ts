import type { Config, NetworkConfig } from "./schema.ts";
import { isPublic } from "./vpc-cidr.ts";
import { count } from "./words.ts";

/** Prices in us-east-1 on 23 November 2026: https://aws.amazon.com/privatelink/pricing, https://aws.amazon.com/vpc/pricing */
const ENDPOINT_USD_A_MONTH = 7.3;
const ENDPOINT_USD_A_GB = 0.01;
const NAT_USD_A_GB = 0.045;

type NewNetwork = Extract<NetworkConfig, { kind: "new" }>;

export function networkWarnings({ network }: Config): string[] {
  return network.kind === "new"
    ? [...rangeWarnings(network), ...zoneWarnings(network), ...endpointWarnings(network)]
    : defaultVpcWarnings(network);
}

const rangeWarnings = ({ cidrBlock }: NewNetwork): string[] =>
  isPublic(cidrBlock)
    ? [
        `network.cidrBlock ${cidrBlock} holds public addresses: tasks could not reach the hosts on the internet that have them.`,
      ]
    : [];

const zonesOf = ({ availabilityZones: zones }: NewNetwork): number =>
  typeof zones === "number" ? zones : zones.length;

const zoneWarnings = (network: NewNetwork): string[] =>
  zonesOf(network) === 1
    ? ["network.availabilityZones is one zone: when AWS has trouble there, everything stands still."]
    : [];

/** Endpoints are often asked for to save the NAT gateway's bill, which takes a lot of traffic. */
function endpointWarnings(network: NewNetwork): string[] {
  const { endpoints, egress } = network;
  if (endpoints.length === 0 || egress === "endpoints") return [];
  const zones = zonesOf(network);
  const cost = (endpoints.length * zones * ENDPOINT_USD_A_MONTH).toFixed(2);
  const opening = `network.endpoints: ${count(endpoints.length, "endpoint")} in ${count(zones, "zone")} cost about $${cost} a month`;
  if (egress === "public")
    return [
      `${opening} and save nothing: what leaves by the Internet gateway towards AWS costs nothing either.`,
    ];
  const worthwhileGb = Math.round(ENDPOINT_USD_A_MONTH / (NAT_USD_A_GB - ENDPOINT_USD_A_GB));
  return [
    `${opening}. One pays only from about ${worthwhileGb} GB a month in its zone, as NAT costs $${NAT_USD_A_GB} a GB and an endpoint $${ENDPOINT_USD_A_GB}; and none leads to Prefect Cloud, so the NAT gateway stays.`,
  ];
}

function defaultVpcWarnings(network: Extract<NetworkConfig, { kind: "existing" }>): string[] {
  const { vpcId, vpcTags, assignPublicIp, isolated } = network;
  const isDefault = vpcId === undefined && vpcTags === undefined;
  if (!isDefault || assignPublicIp || isolated) return [];
  return [
    "network is the region's default VPC, whose subnets are public: from them tasks reach nothing without public addresses. Set assignPublicIp: true, unless its subnets were made private.",
  ];
}
