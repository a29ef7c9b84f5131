import type { ITerraformDependable } from "cdktn";
import { Construct } from "constructs";
import { SecurityGroup } from "#aws/security-group.ts";
import { VpcEndpoint } from "#aws/vpc-endpoint.ts";
import { VpcSecurityGroupIngressRule } from "#aws/vpc-security-group-ingress-rule.ts";
import { forEachIn, merge, tf } from "#terraform/expressions.ts";
import { note, noteOn } from "#terraform/notes.ts";
import { regionOf } from "./account.ts";

export interface EndpointsProps {
  readonly name: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly subnetIds: string[];
  readonly services: string[];
  readonly tags: Record<string, string>;
}

/** Ways to services of AWS that stay inside the VPC. */
export class Endpoints extends Construct {
  readonly endpoints: VpcEndpoint;
  readonly securityGroup: SecurityGroup;
  /** What must exist before a task reaches the services. */
  readonly ways: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: EndpointsProps) {
    super(scope, id);
    const { name, vpcId, cidrBlock, subnetIds, services, tags } = props;
    this.securityGroup = new SecurityGroup(this, "security_group", {
      name: `${name}-endpoints`,
      description: "Interface endpoints of AWS services",
      vpcId,
      tags: merge(tags, { Name: `${name}-endpoints` }),
      lifecycle: { createBeforeDestroy: true },
    });
    const ingress = new VpcSecurityGroupIngressRule(this, "vpc_security_group_ingress_rule", {
      securityGroupId: this.securityGroup.id,
      description: "HTTPS from inside the VPC",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: cidrBlock,
    });
    this.endpoints = new VpcEndpoint(
      this,
      "vpc_endpoint",
      forEachIn(tf`toset(${services})`, (service) => ({
        vpcId,
        serviceName: `com.amazonaws.${regionOf(this)}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds,
        securityGroupIds: [this.securityGroup.id],
        tags: merge(tags, { Name: `${name}-${service}` }),
      })),
    );
    note(this.endpoints, "AWS bills each by the hour, in every zone in which it has a subnet.");
    noteOn(
      this.endpoints,
      "private_dns_enabled",
      "The service's usual name leads here: nothing else changes.",
    );
    this.ways = [this.endpoints, ingress];
  }
}
