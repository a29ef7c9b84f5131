import { Fn, type ITerraformDependable } from "cdktn";
import type { Construct } from "constructs";
import { InternetGateway } from "#aws/internet-gateway.ts";
import { Route } from "#aws/route.ts";
import { RouteTable } from "#aws/route-table.ts";
import { RouteTableAssociation } from "#aws/route-table-association.ts";
import { Subnet } from "#aws/subnet.ts";
import { all, forEachOf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import type { Vpc } from "./vpc.ts";

export const ANYWHERE = "0.0.0.0/0";

export interface PublicSide {
  readonly internetGateway: InternetGateway;
  readonly subnets: Subnet;
  readonly subnetIds: string[];
  readonly routeTable: RouteTable;
  /** What must exist before anything in a public subnet can reach the internet. */
  readonly wayOut: readonly ITerraformDependable[];
}

/** An Internet gateway, and in each zone a subnet whose way out it is. */
export function createPublicSide(
  scope: Construct,
  { vpc, zones, subnetBits, cidrBlock, named, tagged }: Vpc,
): PublicSide {
  const internetGateway = new InternetGateway(scope, "internet_gateway", { vpcId: vpc.id, tags: tagged });
  const subnets = new Subnet(
    scope,
    "public_subnet",
    zones.each((zone) => ({
      vpcId: vpc.id,
      availabilityZone: zone.name,
      cidrBlock: Fn.cidrsubnet(cidrBlock, subnetBits, zone.index),
      mapPublicIpOnLaunch: true,
      tags: named(`public-${zone.name}`),
    })),
  );
  note(subnets, "Public subnets: from the first half of the VPC's parts, one for each zone.");
  const routeTable = new RouteTable(scope, "public_route_table", { vpcId: vpc.id, tags: named("public") });
  const route = new Route(scope, "internet_route", {
    routeTableId: routeTable.id,
    destinationCidrBlock: ANYWHERE,
    gatewayId: internetGateway.id,
  });
  const associations = new RouteTableAssociation(
    scope,
    "public_route_table_association",
    forEachOf(subnets, (_zone, subnet) => ({ subnetId: subnet.id, routeTableId: routeTable.id })),
  );
  return {
    internetGateway,
    subnets,
    subnetIds: all(subnets, zones.names),
    routeTable,
    wayOut: [route, associations],
  };
}
