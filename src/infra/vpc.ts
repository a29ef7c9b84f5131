import { TerraformLocal, Token } from "cdktn";
import type { Construct } from "constructs";
import { Vpc as VpcResource } from "#aws/vpc.ts";
import { VpcEndpoint } from "#aws/vpc-endpoint.ts";
import { merge, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { Zones } from "#terraform/zones.ts";
import { regionOf } from "./account.ts";
import { chooseZones, type ZoneChoice } from "./choose-zones.ts";
import { DEFAULT_SUBNET_BITS, parseCidr } from "./subnet-plan.ts";

export interface VpcProps extends ZoneChoice {
  readonly name: string;
  readonly cidrBlock: string;
  /** How large each subnet is. @default - a sixteenth of the VPC */
  readonly subnetPrefixLength: number | null;
  readonly tags: Record<string, string>;
}

/** A VPC and what its parts need to know of it. */
export interface Vpc {
  readonly vpc: VpcResource;
  readonly cidrBlock: string;
  readonly zones: Zones;
  /** By how many bits a subnet's prefix is longer than the VPC's. */
  readonly subnetBits: number;
  readonly tagged: Record<string, string>;
  named(suffix: string): Record<string, string>;
}

export function createVpc(scope: Construct, props: VpcProps): Vpc {
  const { name, cidrBlock, tags } = props;
  const zones = new Zones(scope, "zones", chooseZones(scope, props));
  const subnetBits = subnetBitsOf(scope, props);
  const tagged = merge(tags, { Name: name });
  const vpc = new VpcResource(scope, "vpc", {
    cidrBlock,
    enableDnsSupport: true,
    enableDnsHostnames: true,
    tags: tagged,
  });
  return {
    vpc,
    cidrBlock,
    zones,
    subnetBits,
    tagged,
    named: (suffix) => merge(tags, { Name: `${name}-${suffix}` }),
  };
}

/** The one endpoint that costs nothing. */
export function createS3Endpoint(
  scope: Construct,
  { vpc, named }: Vpc,
  routeTableIds: string[],
): VpcEndpoint {
  const endpoint = new VpcEndpoint(scope, "s3_vpc_endpoint", {
    vpcId: vpc.id,
    serviceName: `com.amazonaws.${regionOf(scope)}.s3`,
    vpcEndpointType: "Gateway",
    routeTableIds,
    tags: named("s3"),
  });
  note(endpoint, "The layers of images in ECR come from S3: this keeps them off the NAT gateway's bill.");
  return endpoint;
}

function subnetBitsOf(scope: Construct, { cidrBlock, subnetPrefixLength }: VpcProps): number {
  if (subnetPrefixLength === null) return DEFAULT_SUBNET_BITS;
  if (!Token.isUnresolved(cidrBlock) && !Token.isUnresolved(subnetPrefixLength))
    return subnetPrefixLength - parseCidr(cidrBlock).prefix;
  const vpcPrefix = tf`tonumber(split("/", ${cidrBlock})[1])`;
  return new TerraformLocal(
    scope,
    "subnet_bits",
    tf`${subnetPrefixLength} == null ? ${DEFAULT_SUBNET_BITS} : ${subnetPrefixLength} - ${vpcPrefix}`,
  ).asNumber;
}
