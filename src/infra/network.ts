import { Fn, type IResolvable, type ITerraformDependable } from "cdktn";
import { Construct } from "constructs";
import { Eip } from "#aws/eip.ts";
import { InternetGateway } from "#aws/internet-gateway.ts";
import { NatGateway } from "#aws/nat-gateway.ts";
import { Route } from "#aws/route.ts";
import { RouteTable } from "#aws/route-table.ts";
import { RouteTableAssociation } from "#aws/route-table-association.ts";
import { Subnet } from "#aws/subnet.ts";
import { Vpc } from "#aws/vpc.ts";
import { VpcEndpoint } from "#aws/vpc-endpoint.ts";
import { all, at, choose, forEachIn, forEachOf, merge, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { Zones } from "#terraform/zones.ts";
import { regionOf } from "./account.ts";
import { chooseZones } from "./choose-zones.ts";
import { SUBNET_BITS, ZONES_MAX } from "./subnet-plan.ts";

export interface NetworkProps {
  readonly name: string;
  readonly cidrBlock: string;
  /** Append only: a zone's place numbers its subnets. Empty: chosen, and kept in the state. */
  readonly availabilityZones: string[];
  readonly availabilityZoneCount: number;
  /** A NAT gateway in each zone instead of one in the first. AWS bills each by the hour. */
  readonly natGatewayPerZone: boolean | IResolvable;
  readonly tags: Record<string, string>;
}

const ANYWHERE = "0.0.0.0/0";

/** A VPC with a public and a private subnet in each zone, and the private ones' way out through NAT. */
export class Network extends Construct {
  readonly vpc: Vpc;
  readonly availabilityZones: string[];
  readonly publicSubnetIds: string[];
  readonly privateSubnetIds: string[];
  /** What must exist before a task in a private subnet can reach the internet. */
  readonly wayOut: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { cidrBlock, tags } = props;
    const named = (suffix: string) => merge(tags, { Name: `${props.name}-${suffix}` });
    this.availabilityZones = chooseZones(this, props);
    const zones = new Zones(this, "zones", this.availabilityZones);

    const vpc = new Vpc(this, "vpc", {
      cidrBlock,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: merge(tags, { Name: props.name }),
    });

    const internetGateway = new InternetGateway(this, "internet_gateway", {
      vpcId: vpc.id,
      tags: merge(tags, { Name: props.name }),
    });
    const publicSubnets = new Subnet(
      this,
      "public_subnet",
      zones.each((zone) => ({
        vpcId: vpc.id,
        availabilityZone: zone.name,
        cidrBlock: Fn.cidrsubnet(cidrBlock, SUBNET_BITS, zone.index),
        mapPublicIpOnLaunch: true,
        tags: named(`public-${zone.name}`),
      })),
    );
    note(publicSubnets, "Public subnets: the first eight sixteenths of the VPC, one for each zone.");
    const publicRoutes = new RouteTable(this, "public_route_table", { vpcId: vpc.id, tags: named("public") });
    const internetRoute = new Route(this, "internet_route", {
      routeTableId: publicRoutes.id,
      destinationCidrBlock: ANYWHERE,
      gatewayId: internetGateway.id,
    });
    const publicAssociations = new RouteTableAssociation(
      this,
      "public_route_table_association",
      forEachOf(publicSubnets, (_zone, subnet) => ({
        subnetId: subnet.id,
        routeTableId: publicRoutes.id,
      })),
    );

    const natZones = choose(props.natGatewayPerZone, tf`toset(${zones.names})`, tf`toset([${zones.first}])`);
    const addresses = new Eip(
      this,
      "nat_eip",
      forEachIn(natZones, (zone) => ({
        domain: "vpc",
        tags: named(`nat-${zone}`),
        dependsOn: [internetGateway],
      })),
    );
    note(addresses, "Addresses from which tasks are seen: allow these in other people's firewalls.");
    const natGateways = new NatGateway(
      this,
      "nat_gateway",
      forEachOf(addresses, (zone, address) => ({
        allocationId: address.id,
        subnetId: at(publicSubnets, zone).id,
        tags: named(zone),
        dependsOn: [internetGateway],
      })),
    );

    const privateSubnets = new Subnet(
      this,
      "private_subnet",
      zones.each((zone) => ({
        vpcId: vpc.id,
        availabilityZone: zone.name,
        cidrBlock: Fn.cidrsubnet(cidrBlock, SUBNET_BITS, tf`${zone.index} + ${ZONES_MAX}`.number),
        tags: named(`private-${zone.name}`),
      })),
    );
    note(privateSubnets, "Private subnets: the last eight sixteenths. Tasks run here.");
    const privateRoutes = new RouteTable(
      this,
      "private_route_table",
      zones.each((zone) => ({ vpcId: vpc.id, tags: named(`private-${zone.name}`) })),
    );
    const natRoutes = new Route(
      this,
      "nat_route",
      forEachOf(privateRoutes, (zone, routes) => ({
        routeTableId: routes.id,
        destinationCidrBlock: ANYWHERE,
        natGatewayId: at(natGateways, choose(props.natGatewayPerZone, zone, zones.first)).id,
      })),
    );
    const privateAssociations = new RouteTableAssociation(
      this,
      "private_route_table_association",
      forEachOf(privateSubnets, (zone, subnet) => ({
        subnetId: subnet.id,
        routeTableId: at(privateRoutes, zone).id,
      })),
    );

    const s3 = new VpcEndpoint(this, "s3_vpc_endpoint", {
      vpcId: vpc.id,
      serviceName: `com.amazonaws.${regionOf(this)}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: all(privateRoutes, zones.names),
      tags: named("s3"),
    });
    note(s3, "The layers of images in ECR come from S3: this keeps them off the NAT gateway's bill.");

    this.vpc = vpc;
    this.publicSubnetIds = all(publicSubnets, zones.names);
    this.privateSubnetIds = all(privateSubnets, zones.names);
    this.wayOut = [internetRoute, publicAssociations, natRoutes, privateAssociations];
  }
}
