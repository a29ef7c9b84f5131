import type { Ec2Kind } from "./scope-names.ts";
import type { TypeGrants } from "./type-grants.ts";

/** What a network's parts need: all that EC2 makes. */
export const NETWORK_GRANTS: Readonly<Record<string, TypeGrants>> = {
  aws_vpc: ec2(
    "vpc",
    ["CreateVpc"],
    ["DeleteVpc", "ModifyVpcAttribute"],
    ["DescribeVpcs", "DescribeVpcAttribute"],
  ),
  aws_subnet: ec2("subnet", ["CreateSubnet"], ["DeleteSubnet", "ModifySubnetAttribute"], ["DescribeSubnets"]),
  aws_internet_gateway: ec2(
    "internet-gateway",
    ["CreateInternetGateway"],
    ["AttachInternetGateway", "DeleteInternetGateway", "DetachInternetGateway"],
    ["DescribeInternetGateways"],
  ),
  aws_route_table: ec2("route-table", ["CreateRouteTable"], ["DeleteRouteTable"], ["DescribeRouteTables"]),
  aws_route: ec2("route-table", [], ["CreateRoute", "DeleteRoute", "ReplaceRoute"], ["DescribeRouteTables"]),
  aws_route_table_association: ec2(
    "route-table",
    [],
    ["AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation"],
    ["DescribeRouteTables"],
  ),
  aws_eip: ec2(
    "elastic-ip",
    ["AllocateAddress"],
    ["DisassociateAddress", "ReleaseAddress"],
    ["DescribeAddresses", "DescribeAddressesAttribute"],
  ),
  aws_nat_gateway: ec2("natgateway", ["CreateNatGateway"], ["DeleteNatGateway"], ["DescribeNatGateways"]),
  aws_vpc_endpoint: ec2(
    "vpc-endpoint",
    ["CreateVpcEndpoint"],
    ["DeleteVpcEndpoints", "ModifyVpcEndpoint"],
    ["DescribePrefixLists", "DescribeVpcEndpoints"],
  ),
  aws_flow_log: withMore(ec2("vpc-flow-log", ["CreateFlowLogs"], ["DeleteFlowLogs"], ["DescribeFlowLogs"]), {
    anywhere: ["logs:CreateLogDelivery", "logs:DeleteLogDelivery"],
    flowLogsRole: ["iam:PassRole"],
  }),
  aws_security_group: withMore(
    ec2(
      "security-group",
      ["CreateSecurityGroup"],
      ["DeleteSecurityGroup", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
      ["DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSecurityGroupRules"],
    ),
    { anyVpc: ["ec2:CreateSecurityGroup"], groupRules: ["ec2:RevokeSecurityGroupEgress"] },
  ),
  aws_vpc_security_group_egress_rule: groupRule("Egress"),
  aws_vpc_security_group_ingress_rule: groupRule("Ingress"),
};

/**
 * EC2 asks about each resource that a call touches: what is made must be tagged as ours, and what it is made in must be ours.
 */
function ec2(
  kind: Ec2Kind,
  creates: readonly string[],
  changes: readonly string[],
  reads: readonly string[],
): TypeGrants {
  const named = (actions: readonly string[]) => actions.map((action) => `ec2:${action}`);
  return {
    write: {
      ...(creates.length > 0 ? { [`new-${kind}`]: named(creates), taggingNewEc2: ["ec2:CreateTags"] } : {}),
      ownEc2: [...named([...creates, ...changes]), "ec2:CreateTags", "ec2:DeleteTags"],
    },
    read: named(reads),
  };
}

function groupRule(direction: "Egress" | "Ingress"): TypeGrants {
  const calls = [`AuthorizeSecurityGroup${direction}`, `RevokeSecurityGroup${direction}`];
  return withMore(
    ec2("security-group", [], [...calls, "ModifySecurityGroupRules"], ["DescribeSecurityGroupRules"]),
    {
      // A rule is reached through its group, which must be ours. The first one of a new group is AWS's own, without tags.
      groupRules: [...calls, "ModifySecurityGroupRules"].map((call) => `ec2:${call}`),
      taggingNewEc2: ["ec2:CreateTags"],
    },
  );
}

function withMore({ write, read }: TypeGrants, more: TypeGrants["write"]): TypeGrants {
  return { write: { ...write, ...more }, read };
}
