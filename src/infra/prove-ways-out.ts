import { TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import { DataAwsRouteTable } from "#aws/data-aws-route-table.ts";
import { DataAwsRouteTables } from "#aws/data-aws-route-tables.ts";
import { at, bare, forEachIn, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { ANYWHERE } from "./public-side.ts";

interface WayOutProps {
  readonly vpcId: string;
  readonly subnetIds: string[];
  /** One of `WAYS_OUT`. */
  readonly wayOut: string;
  readonly publicSubnetIds: string[];
}

/**
 * Refuses subnets from which tasks would not reach what they need. On AWS such a task stays PENDING for minutes and ends
 * with a message about the registry, which sends people looking for the wrong fault.
 */
export function proveWaysOut(
  scope: Construct,
  { vpcId, subnetIds, wayOut, publicSubnetIds }: WayOutProps,
): DataAwsRouteTable {
  const main = new DataAwsRouteTable(scope, "main_route_table", {
    vpcId,
    filter: [{ name: "association.main", values: ["true"] }],
  });
  note(main, "Subnets without a route table of their own use the VPC's main one.");
  const own = new DataAwsRouteTables(
    scope,
    "own_route_tables",
    forEachIn(tf`setunion(${subnetIds}, ${publicSubnetIds})`, (subnetId) => ({
      vpcId,
      filter: [{ name: "association.subnet-id", values: [subnetId] }],
    })),
  );
  const wanted = new TerraformLocal(
    scope,
    "ways_out",
    tf`merge({ for id in ${subnetIds} : id => ${wayOut} }, { for id in ${publicSubnetIds} : id => "internet-gateway" })`,
  );
  note(wanted, "How each subnet has to lead out.");

  const byInternetGateway = 'startswith(route.gateway_id, "igw-")';
  const everyDefaultRoute = (holds: string) =>
    tf`alltrue([for route in self.routes : ${bare(holds)} if route.cidr_block == ${ANYWHERE}])`;
  return new DataAwsRouteTable(
    scope,
    "way_out_route_table",
    forEachIn(tf`${wanted.fqn}`, (subnetId, way) => ({
      routeTableId: tf`coalesce(one(${at(own, subnetId).ids}), ${main.id})`.string,
      lifecycle: {
        postcondition: [
          {
            condition: tf`${way} == "none" || anytrue([for route in self.routes : route.cidr_block == ${ANYWHERE}])`,
            errorMessage:
              tf`"\${${subnetId}} has no way out: its route table \${self.id} has no route for 0.0.0.0/0. Give it one, through a NAT gateway for example, or name other subnets."`
                .string,
          },
          {
            condition: tf`${way} != "private" || ${everyDefaultRoute(`!${byInternetGateway}`)}`,
            errorMessage:
              tf`"\${${subnetId}} is a public subnet: its route table \${self.id} leads out by an Internet gateway, which serves only tasks with public addresses. Let tasks have them (assignPublicIp: true in a config), or name private subnets."`
                .string,
          },
          {
            condition: tf`${way} != "internet-gateway" || ${everyDefaultRoute(byInternetGateway)}`,
            errorMessage:
              tf`"\${${subnetId}} is a private subnet: its route table \${self.id} does not lead out by an Internet gateway, so public addresses are of no use in it. Name public subnets, or do without the addresses."`
                .string,
          },
        ],
      },
    })),
  );
}
