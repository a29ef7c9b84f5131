import { Fn, type ITerraformDependable, Token } from "cdktn";
import type { Construct } from "constructs";
import { RouteTable } from "#aws/route-table.ts";
import { RouteTableAssociation } from "#aws/route-table-association.ts";
import { Subnet } from "#aws/subnet.ts";
import { all, at, forEachOf, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { firstPrivate } from "./subnet-plan.ts";
import type { Vpc } from "./vpc.ts";

interface PrivateSubnets {
  readonly subnets: Subnet;
  readonly subnetIds: string[];
  /** One for each zone: the zones may have ways out of their own. */
  readonly routeTables: RouteTable;
  readonly routeTableIds: string[];
}

/** In each zone a subnet that nobody reaches from outside, with a route table of its own. */
export function createPrivateSubnets(
  scope: Construct,
  { vpc, zones, subnetBits, cidrBlock, named }: Vpc,
): PrivateSubnets {
  const first = Token.isUnresolved(subnetBits) ? tf`pow(2, ${subnetBits} - 1)` : firstPrivate(subnetBits);
  const subnets = new Subnet(
    scope,
    "private_subnet",
    zones.each((zone) => ({
      vpcId: vpc.id,
      availabilityZone: zone.name,
      cidrBlock: Fn.cidrsubnet(cidrBlock, subnetBits, tf`${zone.index} + ${first}`.number),
      tags: named(`private-${zone.name}`),
    })),
  );
  note(subnets, "Private subnets: from the second half. Tasks run here.");
  const routeTables = new RouteTable(
    scope,
    "private_route_table",
    zones.each((zone) => ({ vpcId: vpc.id, tags: named(`private-${zone.name}`) })),
  );
  return {
    subnets,
    subnetIds: all(subnets, zones.names),
    routeTables,
    routeTableIds: all(routeTables, zones.names),
  };
}

export const associatePrivateSubnets = (
  scope: Construct,
  { subnets, routeTables }: PrivateSubnets,
): ITerraformDependable =>
  new RouteTableAssociation(
    scope,
    "private_route_table_association",
    forEachOf(subnets, (zone, subnet) => ({ subnetId: subnet.id, routeTableId: at(routeTables, zone).id })),
  );
