import type { Construct } from "constructs";
import { SecurityGroup } from "#aws/security-group.ts";
import { VpcSecurityGroupEgressRule } from "#aws/vpc-security-group-egress-rule.ts";
import { VpcSecurityGroupIngressRule } from "#aws/vpc-security-group-ingress-rule.ts";
import { forEachIn, merge, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import type { ServiceProps } from "./service-props.ts";

export interface ServiceNetwork {
  readonly securityGroup: SecurityGroup;
  /** Without these nobody reaches the service, and it reaches nobody. */
  readonly rules: readonly (VpcSecurityGroupEgressRule | VpcSecurityGroupIngressRule)[];
}

/** Who may connect to a service, on its port alone, and where it may connect to. */
export function createServiceNetwork(scope: Construct, props: ServiceProps): ServiceNetwork {
  const { name, vpcId, port, callers, loadBalancers, allowedCidrs, egressCidrs, tags } = props;
  const securityGroup = new SecurityGroup(scope, "security_group", {
    name: `prefect-${name}`,
    description: `Service ${name}`,
    vpcId,
    tags: merge(tags, { Name: `prefect-${name}` }),
    lifecycle: { createBeforeDestroy: true },
  });
  const onPort = { ipProtocol: "tcp", fromPort: port, toPort: port };
  const ingress = (id: string, from: Parameters<typeof forEachIn>[0], source: Source) =>
    new VpcSecurityGroupIngressRule(
      scope,
      `${id}_vpc_security_group_ingress_rule`,
      forEachIn(from, () => ({ securityGroupId: securityGroup.id, ...onPort, ...source })),
    );

  const fromCallers = ingress("callers", callers, {
    description: "Workers and flow runs",
    referencedSecurityGroupId: tf`each.value`.string,
  });
  const fromBalancers = ingress("load_balancers", loadBalancers, {
    description: "Load balancer",
    referencedSecurityGroupId: tf`each.value.security_group_id`.string,
  });
  const fromNetwork = ingress("network", tf`toset(${allowedCidrs})`, {
    description: "Others in the network",
    cidrIpv4: tf`each.value`.string,
  });
  const toService = new VpcSecurityGroupEgressRule(
    scope,
    "load_balancers_vpc_security_group_egress_rule",
    forEachIn(loadBalancers, () => ({
      securityGroupId: tf`each.value.security_group_id`.string,
      description: `Service ${name}`,
      ...onPort,
      referencedSecurityGroupId: securityGroup.id,
    })),
  );
  note(toService, "The load balancer reaches this service and nothing else.");
  const out = new VpcSecurityGroupEgressRule(
    scope,
    "vpc_security_group_egress_rule",
    forEachIn(tf`toset(${egressCidrs})`, (cidr) => ({
      securityGroupId: securityGroup.id,
      description: "What the service calls",
      ipProtocol: "-1",
      cidrIpv4: cidr,
    })),
  );
  return { securityGroup, rules: [fromCallers, fromBalancers, fromNetwork, toService, out] };
}

interface Source {
  readonly description: string;
  readonly referencedSecurityGroupId?: string;
  readonly cidrIpv4?: string;
}
