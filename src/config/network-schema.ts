import * as z from "zod";
import { vpcNameRule } from "./aws-names.ts";
import { complain, obeys, type Rule, whenSound } from "./complaint.ts";
import { MOST_ZONES, vpcCidrRule, zoneRoomRule } from "./vpc-cidr.ts";

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

const newNetwork = z
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
      .describe("Address range of the VPC, from /16 to /24: every subnet is a sixteenth of it."),
    availabilityZones: z
      .union([z.number(), z.array(z.string())])
      .superRefine(obeys(zonesRule))
      .default(3)
      .describe(
        "How many availability zones to use, or their names. Each gets a public and a private subnet. One NAT gateway serves them all; AWS bills about $33 a month for it, and its traffic.",
      ),
  })
  .superRefine(
    (network, context) => {
      const { cidrBlock, availabilityZones: zones } = network;
      const complaint = zoneRoomRule(cidrBlock, Array.isArray(zones) ? zones.length : zones);
      if (complaint) complain(context, complaint, ["cidrBlock"]);
    },
    whenSound(["cidrBlock"], ["availabilityZones"]),
  );

const vpcIdRule: Rule<string> = (id) => idRule(id, "vpc");
const subnetIdRule: Rule<string> = (id) => idRule(id, "subnet");

const tagFilter = z.record(z.string(), z.string()).superRefine(
  obeys((tags: Record<string, string>) =>
    Object.keys(tags).length > 0
      ? undefined
      : {
          verdict: "names no tag",
          works: 'Write at least one, as in { Name: "data" }.',
          remedy: "Add a tag, or leave it out",
        },
  ),
);

const existingNetwork = z
  .strictObject({
    kind: z.literal("existing").describe("A VPC that exists is used; nothing in it is changed."),
    vpcId: z
      .string()
      .superRefine(obeys(vpcIdRule))
      .optional()
      .meta({ description: "The VPC by its id.", defaultInWords: "the region's default VPC" }),
    vpcTags: tagFilter
      .optional()
      .meta({ description: "The VPC by its tags; exactly one must have them all.", defaultInWords: "none" }),
    subnetIds: z
      .array(z.string().superRefine(obeys(subnetIdRule)))
      .superRefine(obeys(listRule))
      .optional()
      .meta({ description: "The subnets by their ids.", defaultInWords: "all subnets of the VPC" }),
    subnetTags: tagFilter
      .optional()
      .meta({ description: "The subnets by their tags.", defaultInWords: "none" }),
    assignPublicIp: z
      .boolean()
      .default(false)
      .describe(
        "Gives tasks public addresses, which they need in subnets whose way out is an Internet gateway. AWS bills about $3.65 a month for each.",
      ),
  })
  .superRefine((network, context) => {
    oneOfTwo(context, network.vpcId, network.vpcTags, "vpcId", "vpcTags");
    oneOfTwo(context, network.subnetIds, network.subnetTags, "subnetIds", "subnetTags");
  }, whenSound());

export const networkSchema = z
  .discriminatedUnion("kind", [newNetwork, existingNetwork])
  .prefault({})
  .describe("Where tasks run: in a new VPC, or in one that exists.");

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
function idRule(id: string, kind: "vpc" | "subnet") {
  if (new RegExp(`^${kind}-[0-9a-f]{8}([0-9a-f]{9})?$`).test(id)) return undefined;
  return { verdict: `is not the id of a ${kind}`, works: `It looks like ${kind}-0a1b2c3d4e5f60718.` };
}

function listRule(ids: string[]) {
  const twin = ids.find((id, index) => ids.indexOf(id) < index);
  if (twin !== undefined) return { verdict: `names ${twin} twice`, remedy: "Name each once" };
  return ids.length > 0 ? undefined : { verdict: "is empty", remedy: "Name a subnet, or leave it out" };
}

function oneOfTwo(
  context: Parameters<typeof complain>[0],
  one: unknown,
  other: unknown,
  oneName: string,
  otherName: string,
): void {
  if (one === undefined || other === undefined) return;
  const complaint = {
    verdict: `contradicts ${oneName}: both choose`,
    remedy: `Keep ${oneName} or ${otherName}`,
  };
  complain(context, complaint, [otherName]);
}
