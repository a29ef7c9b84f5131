import { defineInterface, input, output } from "#terraform/module-interface.ts";
import { LARGEST_VPC_PREFIX, SMALLEST_VPC_PREFIX, ZONES_MAX } from "../subnet-plan.ts";
import { tags } from "./tags.ts";

export const networkInterface = defineInterface({
  name: "network",
  description: [
    "A VPC for tasks that are reachable by nobody and reach everything: a public and a private subnet in each",
    "availability zone, and the private ones' way out through NAT. A NAT gateway costs about $33 a month",
    "(us-east-1) and $0.045 a GB, its public address $3.65; image layers come through the S3 endpoint, which is free.",
  ].join("\n"),
  inputs: {
    name: input.string("Name tag of the VPC and prefix of the names in it.", { default: "prefect-ecs-vpc" }),
    cidrBlock: input.string(
      `Address range of the VPC, /${SMALLEST_VPC_PREFIX} to /${LARGEST_VPC_PREFIX}. Each subnet is a sixteenth of it.`,
      {
        default: "10.0.0.0/16",
        validation: [
          { condition: "can(cidrnetmask(var.cidr_block))", message: "cidr_block must be an IPv4 range." },
          {
            condition: `try(contains(range(${SMALLEST_VPC_PREFIX}, ${LARGEST_VPC_PREFIX + 1}), tonumber(split("/", var.cidr_block)[1])), false)`,
            message: `cidr_block must be a /${SMALLEST_VPC_PREFIX} to a /${LARGEST_VPC_PREFIX}, such as 10.0.0.0/16.`,
          },
        ],
      },
    ),
    availabilityZones: input.strings(
      "Names of the availability zones. Append only: a zone's place in the list numbers its subnets. Empty: standard zones that offer Fargate are chosen once, and kept in the state.",
      {
        default: [],
        validation: [
          {
            condition: "length(var.availability_zones) == length(distinct(var.availability_zones))",
            message: "availability_zones names a zone twice.",
          },
          {
            condition: `length(var.availability_zones) <= ${ZONES_MAX}`,
            message: `availability_zones can hold ${ZONES_MAX} zones at most.`,
          },
        ],
      },
    ),
    availabilityZoneCount: input.number("How many zones to choose when `availability_zones` is empty.", {
      default: 3,
      validation: [
        {
          condition: `contains(range(1, ${ZONES_MAX + 1}), var.availability_zone_count)`,
          message: `availability_zone_count must be a whole number from 1 to ${ZONES_MAX}.`,
        },
      ],
    }),
    natGatewayPerZone: input.boolean(
      "A NAT gateway in every zone, so that none depends on another, instead of one in the first. Each is billed.",
      { default: false },
    ),
    tags,
  },
  outputs: {
    vpcId: output.string("Id of the VPC."),
    availabilityZones: output.strings("Names of the zones, in the order that numbers their subnets."),
    publicSubnetIds: output.strings("Ids of the public subnets, in the zones' order."),
    privateSubnetIds: output.strings(
      "Ids of the private subnets, in the zones' order. What uses them waits for their way to the internet.",
    ),
  },
  example: {},
});
