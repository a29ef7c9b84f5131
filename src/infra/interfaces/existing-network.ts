import { defineInterface, input, output } from "#terraform/module-interface.ts";
import { WAYS_OUT } from "../ways-out.ts";

/**
 * What the module `existing-network` takes and gives. A VPC and subnets that exist, found by ids or tags and checked at plan.
 * Creates nothing.
 */
export const existingNetworkInterface = defineInterface({
  name: "existing-network",
  description: [
    "Finds a VPC and its subnets by ids or tags, and checks at plan that tasks can run there: the subnets belong to",
    "the VPC, lie in zones that offer Fargate and have a way out. Without arguments it is the region's default VPC,",
    "whose subnets are public. Creates nothing, and so costs nothing.",
  ].join("\n"),
  inputs: {
    vpcId: input.optionalString("The VPC by its id.", { default: null }),
    vpcTags: input.map("The VPC by its tags. Without id and tags: the region's default VPC.", {
      default: {},
    }),
    subnetIds: input.strings("The subnets by their ids.", { default: [] }),
    subnetTags: input.map(
      "The subnets by their tags. Without ids and tags: all of the VPC's that offer Fargate.",
      {
        default: {},
      },
    ),
    wayOut: input.string(
      "How the subnets must lead out: `private` through NAT, a transit gateway or the like; `internet-gateway` where tasks have public addresses; `none` where everything is reached by endpoints.",
      {
        default: "private",
        validation: [
          {
            condition: `contains([${WAYS_OUT.map((way) => `"${way}"`).join(", ")}], var.way_out)`,
            message: `way_out must be one of ${WAYS_OUT.join(", ")}.`,
          },
        ],
      },
    ),
    publicSubnetIds: input.strings(
      "Subnets of load balancers that are reached from outside, in two zones at least.",
      {
        default: [],
        validation: [
          {
            condition:
              'var.way_out == "internet-gateway" || length(setintersection(var.subnet_ids, var.public_subnet_ids)) == 0',
            message: "subnet_ids and public_subnet_ids name the same subnet, which cannot be both.",
          },
        ],
      },
    ),
  },
  outputs: {
    vpcId: output.string("Id of the VPC."),
    cidrBlock: output.string("Address range of the VPC."),
    subnetIds: output.strings("Ids of the subnets. What uses them waits until their way out is proven."),
    publicSubnetIds: output.strings("Ids of the load balancers' subnets."),
  },
  example: { vpcTags: { Name: "data-platform" }, subnetTags: { Tier: "private" } },
});
