import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type Filter,
  type RouteTable,
} from "@aws-sdk/client-ec2";
import type { NetworkConfig } from "#config/schema.ts";
import { awsTrouble, withoutIdentity } from "../aws-trouble.ts";
import { type Check, type Finding, ok, problem, warning } from "../check.ts";

type ExistingNetwork = Extract<NetworkConfig, { kind: "existing" }>;

/** Where a subnet's default route leads. */
type WayOut = "internet gateway" | "other" | "none";

/** Whether a VPC that exists can be found, and its subnets lead out: a task without a way out cannot even pull its image. */
export const networkCheck: Check = {
  name: "network",
  async run({ identity, ec2, config: { network, region } }) {
    if (network.kind !== "existing") return undefined;
    if (!(await identity().catch(() => undefined))) return withoutIdentity;
    try {
      const vpcs = await findVpcs(ec2, network);
      if (vpcs.length !== 1) return noSuchVpc(network, vpcs, region);
      return await judgeSubnets(ec2, vpcs[0]!, network);
    } catch (error) {
      if (error instanceof Error && /^Invalid(Vpc|Subnet)I[dD]/.test(error.name))
        return problem(`${error.message}.`.replace(/\.\.$/, "."), "Correct network in the config");
      return awsTrouble(error, "looking for the VPC");
    }
  },
};

async function findVpcs(ec2: EC2Client, { vpcId, vpcTags }: ExistingNetwork): Promise<string[]> {
  const { Vpcs = [] } = await ec2.send(
    new DescribeVpcsCommand(
      vpcId
        ? { VpcIds: [vpcId] }
        : { Filters: vpcTags ? tagFilters(vpcTags) : [{ Name: "is-default", Values: ["true"] }] },
    ),
  );
  return Vpcs.flatMap(({ VpcId }) => VpcId ?? []);
}

async function judgeSubnets(ec2: EC2Client, vpcId: string, network: ExistingNetwork): Promise<Finding> {
  const { subnetIds, subnetTags, assignPublicIp } = network;
  const inVpc: Filter = { Name: "vpc-id", Values: [vpcId] };
  const [{ Subnets = [] }, { RouteTables = [] }] = await Promise.all([
    ec2.send(
      new DescribeSubnetsCommand(
        subnetIds ? { SubnetIds: subnetIds } : { Filters: [inVpc, ...tagFilters(subnetTags ?? {})] },
      ),
    ),
    ec2.send(new DescribeRouteTablesCommand({ Filters: [inVpc] })),
  ]);
  const ids = Subnets.flatMap(({ SubnetId }) => SubnetId ?? []);
  if (ids.length === 0)
    return problem(
      `${vpcId} has no subnets${subnetTags ? " with these tags" : ""}.`,
      "Correct network in the config",
    );
  const ways = ids.map((id) => [id, wayOut(id, RouteTables)] as const);
  return judgeWays(vpcId, ways, assignPublicIp);
}

/** A subnet that is in no route table uses the VPC's main one. */
function wayOut(subnetId: string, tables: readonly RouteTable[]): WayOut {
  const own = tables.find(({ Associations }) => Associations?.some(({ SubnetId }) => SubnetId === subnetId));
  const table = own ?? tables.find(({ Associations }) => Associations?.some(({ Main }) => Main));
  const route = table?.Routes?.find(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === "0.0.0.0/0" && State !== "blackhole",
  );
  if (!route) return "none";
  return route.GatewayId?.startsWith("igw-") ? "internet gateway" : "other";
}

export function judgeWays(
  vpcId: string,
  ways: readonly (readonly [subnetId: string, wayOut: WayOut])[],
  assignPublicIp: boolean,
): Finding {
  const of = (wanted: WayOut) => ways.filter(([, way]) => way === wanted).map(([id]) => id);
  const [open, shut] = [of("internet gateway"), of("none")];
  if (open.length > 0 && !assignPublicIp)
    return problem(
      `In ${vpcId}, ${list(open)} lead out by an Internet gateway, which a task can use only with a public address.`,
      "Set network.assignPublicIp: true, or name private subnets in network.subnetIds",
    );
  if (shut.length > 0)
    return warning(
      `In ${vpcId}, ${list(shut)} have no default route: tasks there reach Prefect and the image's registry only by VPC endpoints or a proxy.`,
      "Give them a NAT gateway, or name other subnets in network.subnetIds",
    );
  const how = open.length > 0 ? "by public addresses" : "by NAT or another gateway of theirs";
  return ok(`${vpcId} with ${ways.length} subnets, from which tasks go out ${how}.`);
}

function noSuchVpc({ vpcId, vpcTags }: ExistingNetwork, found: readonly string[], region: string): Finding {
  if (!vpcId && !vpcTags)
    return problem(
      `${region} has no default VPC in this account.`,
      'Make one with aws ec2 create-default-vpc, name a VPC in network.vpcId, or take network: { kind: "new" }',
    );
  const which = vpcId ?? `with the tags ${JSON.stringify(vpcTags)}`;
  return found.length === 0
    ? problem(`There is no VPC ${which} in ${region}.`, "Correct network in the config")
    : problem(
        `${found.length} VPCs have these tags: ${found.join(", ")}.`,
        "Name one of them in network.vpcId",
      );
}

const tagFilters = (tags: Readonly<Record<string, string>>): Filter[] =>
  Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));

const SHOWN = 3;

const list = (ids: readonly string[]): string =>
  ids.length > SHOWN ? `${ids.slice(0, SHOWN).join(", ")} and ${ids.length - SHOWN} more` : ids.join(", ");
