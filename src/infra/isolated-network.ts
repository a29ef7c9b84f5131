import type { ITerraformDependable } from "cdktn";
import { Construct } from "constructs";
import type { Vpc as VpcResource } from "#aws/vpc.ts";
import { associatePrivateSubnets, createPrivateSubnets } from "./private-side.ts";
import { createS3Endpoint, createVpc, type VpcProps } from "./vpc.ts";

/** A VPC of private subnets without a way out: tasks reach AWS by endpoints, and a Prefect server inside. */
export class IsolatedNetwork extends Construct {
  readonly vpc: VpcResource;
  readonly availabilityZones: string[];
  readonly privateSubnetIds: string[];
  /** Without these a subnet would not know the S3 endpoint. */
  readonly ways: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: VpcProps) {
    super(scope, id);
    const vpc = createVpc(this, props);
    const closed = createPrivateSubnets(this, vpc);
    const associations = associatePrivateSubnets(this, closed);
    const s3 = createS3Endpoint(this, vpc, closed.routeTableIds);

    this.vpc = vpc.vpc;
    this.availabilityZones = vpc.zones.names;
    this.privateSubnetIds = closed.subnetIds;
    this.ways = [associations, s3];
  }
}
