import {
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type Filter,
  RevokeSecurityGroupEgressCommand,
  type Tag,
} from "@aws-sdk/client-ec2";
import { SYSTEM_TAG } from "#config/resource-tags.ts";
import {
  type ConvergeClients,
  type Finder,
  type FinderContext,
  type PlannedValues,
  tagsOf,
  text,
} from "./found.ts";

type Row = { readonly Tags?: Tag[] | undefined };

/** EC2 lets several things have one name: the Name tag and the system's own tag together say which is meant. */
function byTags<T extends Row>(
  list: (context: FinderContext, filters: Filter[]) => Promise<readonly T[] | undefined>,
  idOf: (row: T) => string | undefined,
): Finder {
  return async ({ tags_all }, context) => {
    const { Name: name, [SYSTEM_TAG]: system } = (tags_all ?? {}) as Record<string, string>;
    if (name === undefined || system === undefined) return undefined;
    const filters = [
      { Name: "tag:Name", Values: [name] },
      { Name: `tag:${SYSTEM_TAG}`, Values: [system] },
    ];
    const [row] = (await list(context, filters)) ?? [];
    const id = row && idOf(row);
    return id === undefined ? undefined : { id, tags: tagsOf(row?.Tags) };
  };
}

export const findVpc = byTags(
  async ({ aws }, Filters) => (await aws.ec2.send(new DescribeVpcsCommand({ Filters }))).Vpcs,
  ({ VpcId }) => VpcId,
);
export const findSubnet = byTags(
  async ({ aws }, Filters) => (await aws.ec2.send(new DescribeSubnetsCommand({ Filters }))).Subnets,
  ({ SubnetId }) => SubnetId,
);
export const findInternetGateway = byTags(
  async ({ aws }, Filters) =>
    (await aws.ec2.send(new DescribeInternetGatewaysCommand({ Filters }))).InternetGateways,
  ({ InternetGatewayId }) => InternetGatewayId,
);
export const findRouteTable = byTags(
  async ({ aws }, Filters) => (await aws.ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables,
  ({ RouteTableId }) => RouteTableId,
);
export const findAddress = byTags(
  async ({ aws }, Filters) => (await aws.ec2.send(new DescribeAddressesCommand({ Filters }))).Addresses,
  ({ AllocationId }) => AllocationId,
);
/** A gateway is seen for an hour after its deletion. */
export const findNatGateway = byTags(
  async ({ aws }, filters) =>
    (await aws.ec2.send(new DescribeNatGatewaysCommand({ Filter: filters }))).NatGateways?.filter(
      ({ State }) => State === "pending" || State === "available",
    ),
  ({ NatGatewayId }) => NatGatewayId,
);
export const findEndpoint = byTags(
  async ({ aws }, Filters) =>
    (await aws.ec2.send(new DescribeVpcEndpointsCommand({ Filters }))).VpcEndpoints?.filter(
      ({ State }) => !/^delet/i.test(State ?? ""),
    ),
  ({ VpcEndpointId }) => VpcEndpointId,
);

/** A VPC has one security group of a name. */
export const findSecurityGroup: Finder = async ({ name, vpc_id }, { aws }) => {
  if (!text(name) || !text(vpc_id)) return undefined;
  const Filters = [
    { Name: "group-name", Values: [text(name)!] },
    { Name: "vpc-id", Values: [text(vpc_id)!] },
  ];
  const { SecurityGroups } = await aws.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  const group = SecurityGroups?.[0];
  if (group === undefined) return undefined;
  const stray = await strayRule(group.GroupId, aws);
  // AWS makes a group with a rule that lets everything out, and Terraform takes it away a moment later.
  const mend = stray && {
    sentence: `The security group ${name} still has the rule that AWS makes it with; it is removed.`,
    perform: () =>
      aws.ec2.send(
        new RevokeSecurityGroupEgressCommand({ GroupId: group.GroupId, SecurityGroupRuleIds: [stray] }),
      ),
  };
  return { id: group.GroupId ?? "", tags: tagsOf(group.Tags), ...(mend ? { mend } : {}) };
};

/** What Terraform makes has tags; the rule that AWS makes has none. */
async function strayRule(group: string | undefined, aws: ConvergeClients): Promise<string | undefined> {
  const Filters = [{ Name: "group-id", Values: [group ?? ""] }];
  const { SecurityGroupRules } = await aws.ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules?.find(
    ({ IsEgress, IpProtocol, Tags }) => IsEgress && IpProtocol === "-1" && !Tags?.length,
  )?.SecurityGroupRuleId;
}

/** Known once its group is: AWS refuses the same rule twice. */
const findRule =
  (isEgress: boolean): Finder =>
  async (values, { aws }) => {
    const group = text(values.security_group_id);
    if (group === undefined) return undefined;
    const Filters = [{ Name: "group-id", Values: [group] }];
    const { SecurityGroupRules } = await aws.ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    const isAll = values.ip_protocol === "-1";
    const rule = SecurityGroupRules?.find(
      (row) =>
        row.IsEgress === isEgress &&
        row.IpProtocol === values.ip_protocol &&
        (isAll || (row.FromPort === values.from_port && row.ToPort === values.to_port)) &&
        (row.CidrIpv4 ?? null) === (values.cidr_ipv4 ?? null) &&
        (row.CidrIpv6 ?? null) === (values.cidr_ipv6 ?? null) &&
        (row.PrefixListId ?? null) === (values.prefix_list_id ?? null) &&
        (row.ReferencedGroupInfo?.GroupId ?? null) === (values.referenced_security_group_id ?? null),
    );
    return rule && { id: rule.SecurityGroupRuleId ?? "", tags: tagsOf(rule.Tags), isPart: true };
  };

export const findEgressRule = findRule(true);
export const findIngressRule = findRule(false);

/** Routes and associations belong to a table, which tells whose they are. */
export const findRoute: Finder = async (values, context) => {
  const destination = text(values.destination_cidr_block) ?? text(values.destination_ipv6_cidr_block);
  const table = await tableOf(values, context);
  const isThere = table?.Routes?.some(
    ({ DestinationCidrBlock, DestinationIpv6CidrBlock }) =>
      destination !== undefined && [DestinationCidrBlock, DestinationIpv6CidrBlock].includes(destination),
  );
  if (!table || !isThere) return undefined;
  return { id: `${table.RouteTableId}_${destination}`, tags: tagsOf(table.Tags), isPart: true };
};

export const findRouteTableAssociation: Finder = async (values, context) => {
  const table = await tableOf(values, context);
  const subnet = text(values.subnet_id);
  const isThere = table?.Associations?.some(({ SubnetId }) => SubnetId !== undefined && SubnetId === subnet);
  if (!table || !isThere) return undefined;
  return { id: `${subnet}/${table.RouteTableId}`, tags: tagsOf(table.Tags), isPart: true };
};

async function tableOf({ route_table_id }: PlannedValues, { aws }: FinderContext) {
  if (!text(route_table_id)) return undefined;
  const { RouteTables } = await aws.ec2.send(
    new DescribeRouteTablesCommand({ RouteTableIds: [text(route_table_id)!] }),
  );
  return RouteTables?.[0];
}
