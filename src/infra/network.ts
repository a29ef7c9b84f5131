import type { IResolvable, ITerraformDependable } from "cdktn";
import { Construct } from "constructs";
import { Eip } from "#aws/eip.ts";
import { NatGateway } from "#aws/nat-gateway.ts";
import { Route } from "#aws/route.ts";
import type { Vpc as VpcResource } from "#aws/vpc.ts";
import { at, choose, forEachIn, forEachOf, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { associatePrivateSubnets, createPrivateSubnets } from "./private-side.ts";
import { ANYWHERE, createPublicSide } from "./public-side.ts";
import { createS3Endpoint, createVpc, type VpcProps } from "./vpc.ts";

export interface NetworkProps extends VpcProps {
  /** A NAT gateway in each zone instead of one in the first. AWS bills each by the hour. */
  readonly natGatewayPerZone: boolean | IResolvable;
}

/** A VPC with a public and a private subnet in each zone, and the private ones' way out through NAT. */
export class Network extends Construct {
  readonly vpc: VpcResource;
  readonly availabilityZones: string[];
  readonly publicSubnetIds: string[];
  readonly privateSubnetIds: string[];
  /** What must exist before a task in a private subnet can reach the internet. */
  readonly wayOut: readonly ITerraformDependable[];
  /** What must exist before anything in a public subnet can. */
  readonly publicWayOut: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const vpc = createVpc(this, props);
    const { zones, named } = vpc;
    const open = createPublicSide(this, vpc);

    const natZones = choose(props.natGatewayPerZone, tf`toset(${zones.names})`, tf`toset([${zones.first}])`);
    const addresses = new Eip(
      this,
      "nat_eip",
      forEachIn(natZones, (zone) => ({
        domain: "vpc",
        tags: named(`nat-${zone}`),
        dependsOn: [open.internetGateway],
      })),
    );
    note(addresses, "Addresses from which tasks are seen: allow these in other people's firewalls.");
    const natGateways = new NatGateway(
      this,
      "nat_gateway",
      forEachOf(addresses, (zone, address) => ({
        allocationId: address.id,
        subnetId: at(open.subnets, zone).id,
        tags: named(zone),
        dependsOn: [open.internetGateway],
      })),
    );

    const closed = createPrivateSubnets(this, vpc);
    const natRoutes = new Route(
      this,
      "nat_route",
      forEachOf(closed.routeTables, (zone, routes) => ({
        routeTableId: routes.id,
        destinationCidrBlock: ANYWHERE,
        natGatewayId: at(natGateways, choose(props.natGatewayPerZone, zone, zones.first)).id,
      })),
    );
    const associations = associatePrivateSubnets(this, closed);
    createS3Endpoint(this, vpc, closed.routeTableIds);

    this.vpc = vpc.vpc;
    this.availabilityZones = zones.names;
    this.publicSubnetIds = open.subnetIds;
    this.privateSubnetIds = closed.subnetIds;
    this.publicWayOut = open.wayOut;
    this.wayOut = [...open.wayOut, natRoutes, associations];
  }
}
