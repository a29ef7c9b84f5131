import { defineInterface, output } from "#terraform/module-interface.ts";
import { vpcInputs } from "./vpc-inputs.ts";
import { vpcOutputs } from "./vpc-outputs.ts";

/**
 * What the module `isolated-network` takes and gives. A VPC of private subnets without a way out, for a Prefect server inside.
 * Free; its endpoints are billed by `endpoints`.
 *
 * @see https://aws.amazon.com/vpc/pricing/
 */
export const isolatedNetworkInterface = defineInterface({
  name: "isolated-network",
  description: [
    "A VPC of private subnets without any way out, for a Prefect server that you host inside. AWS itself is reached by",
    "interface endpoints (module `endpoints`, $7.30 a month for each in each zone); Prefect Cloud, PyPI and Docker Hub",
    "are not reached at all, so images come from ECR with all that they need.",
  ].join("\n"),
  inputs: vpcInputs,
  outputs: {
    ...vpcOutputs,
    privateSubnetIds: output.strings("Ids of the private subnets, in the zones' order."),
  },
  example: {},
});
