import { defineInterface, input, output } from "#terraform/module-interface.ts";

export const existingNetworkInterface = defineInterface({
  name: "existing-network",
  description: [
    "Finds a VPC and its subnets by ids or tags, and checks at plan that tasks can run there: the subnets belong to",
    "the VPC and lie in zones that offer Fargate. Without arguments it is the region's default VPC. Creates nothing.",
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
  },
  outputs: {
    vpcId: output.string("Id of the VPC."),
    subnetIds: output.strings("Ids of the subnets."),
  },
  example: { vpcTags: { Name: "data-platform" }, subnetTags: { Tier: "private" } },
});
