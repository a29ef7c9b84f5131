import { output } from "#terraform/module-interface.ts";

/** What every module gives that makes a VPC. */
export const vpcOutputs = {
  vpcId: output.string("Id of the VPC."),
  cidrBlock: output.string("Address range of the VPC."),
  availabilityZones: output.strings("Names of the zones, in the order that numbers their subnets."),
};

export const publicSubnetIds = output.strings(
  "Ids of the public subnets, in the zones' order. What uses them waits for their way to the internet.",
);
