import { z } from "zod";

const newNetwork = z.strictObject({
  kind: z
    .literal("new")
    .optional()
    .transform(() => "new" as const)
    .describe("A VPC is created."),
  name: z.string().default("prefect-ecs-vpc").describe("Name tag of the VPC."),
  cidrBlock: z.string().default("10.0.0.0/16").describe("Address range of the VPC."),
  availabilityZones: z
    .union([z.int(), z.array(z.string())])
    .default(3)
    .describe("How many availability zones to use, or their names. Each gets a public and a private subnet."),
});

const existingNetwork = z.strictObject({
  kind: z.literal("existing").describe("A VPC you already have is used."),
  vpcId: z.string().optional().describe("The VPC by its id."),
  vpcTags: z.record(z.string(), z.string()).optional().describe("The VPC by its tags."),
  subnetIds: z.array(z.string()).optional().describe("The subnets by their ids."),
  subnetTags: z.record(z.string(), z.string()).optional().describe("The subnets by their tags."),
  assignPublicIp: z
    .boolean()
    .default(false)
    .describe("Gives tasks public addresses: needed in subnets whose way out is an Internet gateway."),
});

export const networkSchema = z
  .discriminatedUnion("kind", [newNetwork, existingNetwork])
  .prefault({})
  .describe("Where tasks run: a new VPC, or one you already have.");

export type NetworkConfig = z.output<typeof networkSchema>;
