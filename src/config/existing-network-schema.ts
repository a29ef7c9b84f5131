import * as z from "zod";
import { complain, obeys, type Rule, whenSound } from "./complaint.ts";

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

const subnetIds = z.array(z.string().superRefine(obeys(subnetIdRule))).superRefine(obeys(listRule));

export const existingNetwork = z
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
    subnetIds: subnetIds
      .optional()
      .meta({ description: "The subnets by their ids.", defaultInWords: "all subnets of the VPC" }),
    subnetTags: tagFilter
      .optional()
      .meta({ description: "The subnets by their tags.", defaultInWords: "none" }),
    publicSubnetIds: subnetIds.optional().meta({
      description:
        "Subnets of load balancers that are reached from outside, in two zones or more: their way out is an Internet gateway.",
      defaultInWords: "none, with `assignPublicIp` the subnets of the tasks",
    }),
    assignPublicIp: z
      .boolean()
      .default(false)
      .describe(
        "Gives tasks public addresses, which they need in subnets whose way out is an Internet gateway. AWS bills about $3.65 a month for each.",
      ),
    isolated: z
      .boolean()
      .default(false)
      .describe(
        "The subnets have no way out, and need none: AWS is reached by endpoints, and the Prefect server is inside.",
      ),
  })
  .superRefine((network, context) => {
    oneOfTwo(context, network.vpcId, network.vpcTags, "vpcId", "vpcTags");
    oneOfTwo(context, network.subnetIds, network.subnetTags, "subnetIds", "subnetTags");
  }, whenSound())
  .superRefine(
    ({ assignPublicIp, isolated }, context) => {
      if (!assignPublicIp || !isolated) return;
      const verdict = "contradicts assignPublicIp: public addresses need a way out";
      complain(context, { verdict, remedy: "Keep one of the two" }, ["isolated"]);
    },
    whenSound(["assignPublicIp"], ["isolated"]),
  )
  .superRefine(
    ({ assignPublicIp, subnetIds: own = [], publicSubnetIds = [] }, context) => {
      const both = own.find((id) => publicSubnetIds.includes(id));
      if (assignPublicIp || both === undefined) return;
      complain(
        context,
        {
          verdict: `names ${both} as private, which publicSubnetIds names as public`,
          works: "Tasks without public addresses reach nothing from a public subnet.",
          remedy: "Name private subnets, or set assignPublicIp: true",
        },
        ["subnetIds"],
      );
    },
    whenSound(["assignPublicIp"], ["subnetIds"], ["publicSubnetIds"]),
  );

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
