import type { ITerraformDependable } from "cdktn";
import { Construct } from "constructs";
import type { Vpc as VpcResource } from "#aws/vpc.ts";
import { createPublicSide } from "./public-side.ts";
import { createS3Endpoint, createVpc, type VpcProps } from "./vpc.ts";

/** A VPC with public subnets alone: tasks have public addresses, and security groups that let nobody in. */
export class PublicNetwork extends Construct {
  readonly vpc: VpcResource;
  readonly availabilityZones: string[];
  readonly publicSubnetIds: string[];
  /** What must exist before a task can reach the internet. */
  readonly wayOut: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: VpcProps) {
    super(scope, id);
    const vpc = createVpc(this, props);
    const open = createPublicSide(this, vpc);
    createS3Endpoint(this, vpc, [open.routeTable.id]);

    this.vpc = vpc.vpc;
    this.availabilityZones = vpc.zones.names;
    this.publicSubnetIds = open.subnetIds;
    this.wayOut = open.wayOut;
  }
}
