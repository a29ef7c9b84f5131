import { defineInterface, input, output } from "#terraform/module-interface.ts";
import { vpcInputs } from "./vpc-inputs.ts";
import { publicSubnetIds, vpcOutputs } from "./vpc-outputs.ts";

const { tags, ...inputs } = vpcInputs;

/**
 * What the module `network` takes and gives. A VPC with public and private subnets, the private ones' way out through NAT: about
 * $33 a month for each gateway, $3.65 for its address, $0.045 a GB.
 *
 * @see https://aws.amazon.com/vpc/pricing/
 */
export const networkInterface = defineInterface({
  name: "network",
  description: [
    "A VPC for tasks that are reachable by nobody and reach everything: a public and a private subnet in each",
    "availability zone, and the private ones' way out through NAT. A NAT gateway costs about $33 a month",
    "(us-east-1) and $0.045 a GB, its public address $3.65; image layers come through the S3 endpoint, which is free.",
  ].join("\n"),
  inputs: {
    ...inputs,
    natGatewayPerZone: input.boolean(
      "A NAT gateway in every zone, so that none depends on another, instead of one in the first. Each is billed.",
      { default: false },
    ),
    tags,
  },
  outputs: {
    ...vpcOutputs,
    publicSubnetIds,
    privateSubnetIds: output.strings(
      "Ids of the private subnets, in the zones' order. What uses them waits for their way to the internet.",
    ),
  },
  example: {},
});
