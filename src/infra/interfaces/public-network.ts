import { defineInterface } from "#terraform/module-interface.ts";
import { vpcInputs } from "./vpc-inputs.ts";
import { publicSubnetIds, vpcOutputs } from "./vpc-outputs.ts";

/**
 * What the module `public-network` takes and gives. A VPC of public subnets alone, without NAT: nothing for itself, $3.65 a
 * month for the address of a task that always runs.
 *
 * @see https://aws.amazon.com/vpc/pricing/
 */
export const publicNetworkInterface = defineInterface({
  name: "public-network",
  description: [
    "A VPC of public subnets alone, which costs nothing: no NAT gateway. Tasks go out by the Internet gateway, so each",
    "needs a public address ($3.65 a month for one that always runs); nobody gets in, as their security groups have no",
    "ingress. Its addresses are those of the module `network`, so a system can move from one to the other.",
  ].join("\n"),
  inputs: vpcInputs,
  outputs: { ...vpcOutputs, publicSubnetIds },
  example: {},
});
