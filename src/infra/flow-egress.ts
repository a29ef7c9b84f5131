import type { Construct } from "constructs";
import type { SecurityGroup } from "#aws/security-group.ts";
import { VpcSecurityGroupEgressRule } from "#aws/vpc-security-group-egress-rule.ts";
import { forEachIn, tf } from "#terraform/expressions.ts";
import { noteOn } from "#terraform/notes.ts";

/** Where flow runs may connect to. */
export function createFlowEgress(
  scope: Construct,
  securityGroup: SecurityGroup,
  cidrs: string[],
): VpcSecurityGroupEgressRule {
  const egress = new VpcSecurityGroupEgressRule(
    scope,
    "flow_run_vpc_security_group_egress_rule",
    forEachIn(tf`toset(${cidrs})`, (cidr) => ({
      securityGroupId: securityGroup.id,
      description: "Flow runs",
      ipProtocol: "-1",
      cidrIpv4: tf`strcontains(${cidr}, ":") ? null : ${cidr}`.string,
      cidrIpv6: tf`strcontains(${cidr}, ":") ? ${cidr} : null`.string,
    })),
  );
  noteOn(egress, "ip_protocol", "All ports: databases are not on 443.");
  return egress;
}
