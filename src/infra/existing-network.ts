import { TerraformLocal, Token } from "cdktn";
import { Construct } from "constructs";
import type { DataAwsRouteTable } from "#aws/data-aws-route-table.ts";
import { DataAwsSubnet } from "#aws/data-aws-subnet.ts";
import { DataAwsSubnets } from "#aws/data-aws-subnets.ts";
import { DataAwsVpc } from "#aws/data-aws-vpc.ts";
import { forEachIn, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { ZONES_TO_AVOID, ZONES_WITHOUT_FARGATE } from "./fargate-zones.ts";
import { proveWaysOut } from "./prove-ways-out.ts";

/** `us-east-1a`. A local zone is `us-east-1-bos-1a`, a wavelength zone `us-east-1-wl1-bos-wlz-1`. */
const STANDARD_ZONE = "^[a-z]+(-[a-z]+)+-[0-9]+[a-z]$";

export interface ExistingNetworkProps {
  readonly vpcId: string | null;
  readonly vpcTags: Record<string, string>;
  readonly subnetIds: string[];
  readonly subnetTags: Record<string, string>;
  /** How the subnets lead out: one of `WAYS_OUT`. */
  readonly wayOut: string;
  /** For load balancers that are reached from outside. */
  readonly publicSubnetIds: string[];
}

/** A VPC and subnets that exist, checked at plan: AWS itself says that a subnet is unfit only when a task starts. */
export class ExistingNetwork extends Construct {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly subnetIds: string[];
  readonly publicSubnetIds: string[];
  /** What tells whether the subnets are fit for their use. */
  readonly waysOut: DataAwsRouteTable;

  constructor(scope: Construct, id: string, props: ExistingNetworkProps) {
    super(scope, id);
    const { vpcId, vpcTags, subnetIds, subnetTags, publicSubnetIds } = props;

    const vpc = new DataAwsVpc(this, "vpc", {
      id: vpcId as string,
      default: tf`${vpcId} == null && length(${vpcTags}) == 0 ? true : null`,
      tags: Token.asStringMap(tf`length(${vpcTags}) > 0 ? ${vpcTags} : null`),
    });

    const subnets = new DataAwsSubnets(this, "subnets", {
      filter: [{ name: "vpc-id", values: [vpc.id] }],
      tags: Token.asStringMap(tf`length(${subnetTags}) > 0 ? ${subnetTags} : null`),
      lifecycle: {
        postcondition: [
          {
            condition: tf`length(self.ids) > 0`,
            errorMessage:
              tf`"\${${vpc.id}} has no subnets\${length(${subnetTags}) > 0 ? " with these tags" : ""}. Give subnet ids or other tags."`
                .string,
          },
          {
            condition: tf`alltrue([for id in ${subnetIds} : contains(self.ids, id)])`,
            errorMessage:
              tf`"These subnets are not in \${${vpc.id}}\${length(${subnetTags}) > 0 ? " with these tags" : ""}: \${join(", ", setsubtract(${subnetIds}, self.ids))}."`
                .string,
          },
        ],
      },
    });

    const without = new TerraformLocal(this, "zones_without_fargate", [...ZONES_WITHOUT_FARGATE]);
    const avoided = new TerraformLocal(this, "zones_to_avoid", [...ZONES_TO_AVOID]);
    note(avoided, "Not refused to those who name a subnet there, but not chosen either.");
    const wanted = tf`toset(length(${subnetIds}) > 0 ? ${subnetIds} : ${subnets.ids})`;
    const each = new DataAwsSubnet(
      this,
      "each_subnet",
      forEachIn(wanted, (id) => ({
        id,
        lifecycle: {
          postcondition: [
            {
              condition: tf`length(${subnetIds}) == 0 || !contains(${without.fqn}, self.availability_zone_id)`,
              errorMessage:
                tf`"\${self.id} lies in \${self.availability_zone} (\${self.availability_zone_id}), where Fargate does not run tasks. Leave it out."`
                  .string,
            },
          ],
        },
      })),
    );

    const usable = new TerraformLocal(
      this,
      "subnet_ids",
      tf`sort(length(${subnetIds}) > 0 ? ${subnetIds} : [for id, subnet in ${each.fqn} : id if can(regex(${STANDARD_ZONE}, subnet.availability_zone)) && !contains(${avoided.fqn}, subnet.availability_zone_id)])`,
    );
    note(usable, "Fargate runs tasks in standard zones, not in local ones such as us-east-1-bos-1a.");

    this.waysOut = proveWaysOut(this, {
      vpcId: vpc.id,
      subnetIds: usable.asList,
      wayOut: props.wayOut,
      publicSubnetIds,
    });
    const open = new DataAwsSubnet(
      this,
      "public_subnet",
      forEachIn(tf`toset(${publicSubnetIds})`, (id) => ({
        id,
        lifecycle: {
          postcondition: [
            {
              condition: tf`self.vpc_id == ${vpc.id}`,
              errorMessage: tf`"\${self.id} is not in \${${vpc.id}}, but in \${self.vpc_id}."`.string,
            },
          ],
        },
      })),
    );

    this.vpcId = vpc.id;
    this.cidrBlock = vpc.cidrBlock;
    this.subnetIds = usable.asList;
    this.publicSubnetIds = tf`[for id in ${publicSubnetIds} : ${open.fqn}[id].id]`.list;
  }
}
