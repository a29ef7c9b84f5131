import * as z from "zod";
import { vpcNameRule } from "./aws-names.ts";
import { complain, obeys, type Rule, whenSound } from "./complaint.ts";
import { endpointServiceRule } from "./endpoint-services.ts";
import { MOST_ZONES } from "./region-zones.ts";
import { subnetSizeRule, vpcCidrRule, zoneRoomRule } from "./vpc-cidr.ts";
import { oneOfNumbers, RETENTION_DAYS, retentionRule } from "./whole-number.ts";

/** How tasks in a new VPC reach what is outside. */
export const EGRESS = ["nat", "nat-per-zone", "public", "endpoints"] as const;

const zonesRule: Rule<number | string[]> = (zones) => {
  const amount = Array.isArray(zones) ? zones.length : zones;
  const works = `It is a whole number from 1 to ${MOST_ZONES}, or a list of that many names.`;
  if (!Number.isInteger(amount)) return { verdict: "is not a whole number", works };
  if (amount < 1)
    return { verdict: "leaves no zone", works, suggestion: Array.isArray(zones) ? undefined : 3 };
  if (amount > MOST_ZONES) return { verdict: `is more than ${MOST_ZONES} zones`, works };
  const twin = Array.isArray(zones) ? zones.find((zone, index) => zones.indexOf(zone) < index) : undefined;
  return twin === undefined ? undefined : { verdict: `names ${twin} twice`, remedy: "Name each zone once" };
};

const endpoints = z
  .array(z.string().superRefine(obeys(endpointServiceRule)))
  .superRefine(
    obeys<string[]>((services) => {
      const twin = services.find((service, index) => services.indexOf(service) < index);
      return twin === undefined ? undefined : { verdict: `names ${twin} twice`, remedy: "Name it once" };
    }),
  )
  .optional()
  .meta({
    description:
      "Services of AWS that get an interface endpoint, such as `ecr.api`. AWS bills about $7.30 a month for each in each zone. The endpoint of S3 costs nothing and is always there.",
    defaultInWords: 'none, with `egress: "endpoints"` those that worker and flow runs need',
  });

const flowLogs = z
  .strictObject({
    traffic: z
      .enum(["all", "accepted", "rejected"])
      .default("all")
      .describe("Which connections are written down."),
    retentionDays: oneOfNumbers(RETENTION_DAYS, retentionRule)
      .default(30)
      .describe("Days after which CloudWatch drops them."),
  })
  .optional()
  .meta({
    description:
      "Flow logs: who talked to whom in the VPC. `{}` writes all of it. AWS bills about $0.50 for each GB written.",
    defaultInWords: "none",
  });

export const newNetwork = z
  .strictObject({
    kind: z
      .literal("new")
      .optional()
      .transform(() => "new" as const)
      .meta({ description: "A VPC is created.", defaultInWords: '`"new"`' }),
    name: z
      .string()
      .superRefine(obeys(vpcNameRule))
      .default("prefect-ecs-vpc")
      .describe("Name tag of the VPC; the names of its parts begin with it."),
    cidrBlock: z
      .string()
      .superRefine(obeys(vpcCidrRule))
      .default("10.0.0.0/16")
      .describe("Address range of the VPC, from /16 to /24 where every subnet is a sixteenth of it."),
    subnetPrefixLength: z.number().optional().meta({
      type: "integer",
      description:
        "Size of every subnet: 24 for /24, with room for 251 tasks. Changing it replaces the subnets and what is in them.",
      defaultInWords: "a sixteenth of the VPC: `20` in a /16",
    }),
    availabilityZones: z
      .union([z.number(), z.array(z.string())])
      .superRefine(obeys(zonesRule))
      .default(3)
      .describe(
        "How many availability zones to use, up to six, or their names. Add zones at the end only: a zone's place numbers its subnets.",
      ),
    egress: z
      .enum(EGRESS)
      .default("nat")
      .describe(
        'How tasks reach what is outside. `"nat"`: private subnets with one NAT gateway, which AWS bills about $36.50 a month and $0.045 a GB. `"nat-per-zone"`: one in each zone, so that none depends on another. `"public"`: public subnets without ingress, which cost only the address of each task, about $3.65 a month. `"endpoints"`: no way out at all but endpoints to AWS, for a Prefect server inside.',
      ),
    endpoints,
    flowLogs,
  })
  .superRefine(
    (network, context) => {
      const { cidrBlock, availabilityZones, subnetPrefixLength } = network;
      const zones = Array.isArray(availabilityZones) ? availabilityZones.length : availabilityZones;
      const [complaint, field] =
        subnetPrefixLength === undefined
          ? [zoneRoomRule(cidrBlock, zones), "cidrBlock"]
          : [subnetSizeRule(subnetPrefixLength, cidrBlock, zones), "subnetPrefixLength"];
      if (complaint) complain(context, complaint, [field]);
    },
    whenSound(["cidrBlock"], ["availabilityZones"], ["subnetPrefixLength"]),
  );
