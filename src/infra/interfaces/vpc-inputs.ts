import { input } from "#terraform/module-interface.ts";
import {
  DEFAULT_SUBNET_BITS,
  LARGEST_SUBNET_PREFIX,
  LARGEST_VPC_PREFIX,
  SMALLEST_VPC_PREFIX,
  ZONES_MAX,
} from "../subnet-plan.ts";
import { tags } from "./tags.ts";

const VPC_PREFIX = 'tonumber(split("/", var.cidr_block)[1])';

/** What every module takes that makes a VPC. */
export const vpcInputs = {
  name: input.string("Name tag of the VPC and prefix of the names in it.", { default: "prefect-ecs-vpc" }),
  cidrBlock: input.string(
    `Address range of the VPC, /${SMALLEST_VPC_PREFIX} to /${LARGEST_VPC_PREFIX} where each subnet is a sixteenth of it.`,
    {
      default: "10.0.0.0/16",
      validation: [
        { condition: "can(cidrnetmask(var.cidr_block))", message: "cidr_block must be an IPv4 range." },
        {
          condition: `try(${VPC_PREFIX} >= ${SMALLEST_VPC_PREFIX} && ${VPC_PREFIX} < ${LARGEST_SUBNET_PREFIX}, false)`,
          message: `cidr_block must be a /${SMALLEST_VPC_PREFIX} or smaller, with subnets of /${LARGEST_SUBNET_PREFIX} or larger in it: 10.0.0.0/16 for example.`,
        },
      ],
    },
  ),
  subnetPrefixLength: input.optionalNumber(
    `How large each subnet is: 24 for /24. By default a sixteenth of the VPC, which is /20 in a /16. Changing it replaces the subnets.`,
    {
      default: null,
      validation: [
        {
          condition: `try(coalesce(var.subnet_prefix_length, ${VPC_PREFIX} + ${DEFAULT_SUBNET_BITS}) <= ${LARGEST_SUBNET_PREFIX}, false)`,
          message: `A subnet cannot be smaller than /${LARGEST_SUBNET_PREFIX}: set a larger cidr_block, or a smaller number in subnet_prefix_length.`,
        },
        {
          condition: `var.subnet_prefix_length == null || try(pow(2, var.subnet_prefix_length - ${VPC_PREFIX} - 1) >= max(length(var.availability_zones), var.availability_zone_count), false)`,
          message: "subnet_prefix_length leaves no room in cidr_block for two subnets in every zone.",
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
  tags,
};
