import { TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import { SecurityGroup } from "#aws/security-group.ts";
import { VpcSecurityGroupEgressRule } from "#aws/vpc-security-group-egress-rule.ts";
import { forEachIn, merge, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import type { WorkerProps } from "./worker-props.ts";

/** What a worker itself may reach: AWS and PyPI, and Prefect's API on its port. */
export function createWorkerSecurityGroup(
  scope: Construct,
  props: Pick<WorkerProps, "name" | "vpcId" | "prefectApiUrl" | "tags">,
): { securityGroup: SecurityGroup; egress: VpcSecurityGroupEgressRule } {
  const { name, vpcId, tags } = props;
  const securityGroup = new SecurityGroup(scope, "worker_security_group", {
    name: `prefect-${name}`,
    description: `Prefect worker ${name}`,
    vpcId,
    tags: merge(tags, { Name: `prefect-${name}` }),
    lifecycle: { createBeforeDestroy: true },
  });
  note(securityGroup, "Nobody calls the worker, so there is no ingress.");
  const egress = new VpcSecurityGroupEgressRule(
    scope,
    "worker_vpc_security_group_egress_rule",
    forEachIn(tf`toset(["443", ${apiPort(scope, props)}])`, (port) => ({
      securityGroupId: securityGroup.id,
      description: `Prefect API, AWS and PyPI: TCP ${port}`,
      ipProtocol: "tcp",
      fromPort: tf`${port}`.number,
      toPort: tf`${port}`.number,
      cidrIpv4: "0.0.0.0/0",
    })),
  );
  note(
    egress,
    "AWS, PyPI and Prefect Cloud are on 443. Names are resolved by the VPC itself, which needs no rule.",
  );
  return { securityGroup, egress };
}

/** The port in the API's URL, else its scheme's. */
function apiPort(scope: Construct, { prefectApiUrl }: Pick<WorkerProps, "prefectApiUrl">): string {
  const written = tf`one(regex("^https?://(?:[^/:]+|\\\\[[^/]+\\\\])(?::([0-9]+))?/", ${prefectApiUrl}))`;
  const fromScheme = tf`startswith(${prefectApiUrl}, "https:") ? "443" : "80"`;
  return new TerraformLocal(scope, "api_port", tf`coalesce(${written}, ${fromScheme})`).asString;
}
