import { TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import { IamRole } from "#aws/iam-role.ts";
import { IamRolePolicy } from "#aws/iam-role-policy.ts";
import { IamRolePolicyAttachment } from "#aws/iam-role-policy-attachment.ts";
import { SecurityGroup } from "#aws/security-group.ts";
import { VpcSecurityGroupEgressRule } from "#aws/vpc-security-group-egress-rule.ts";
import { forEachIn, merge, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import type { CrashObserver } from "./crash-observer.ts";
import type { FlowAccess } from "./flow-access.ts";
import { ecsTasksTrust, roleRules } from "./policy.ts";
import type { WorkerLogs } from "./worker-logs.ts";
import { workerPolicy } from "./worker-policy.ts";
import type { WorkerProps } from "./worker-props.ts";

export interface WorkerAccess {
  readonly role: IamRole;
  readonly securityGroup: SecurityGroup;
  /** Without these a worker that starts can neither call nor reach anything. */
  readonly rights: readonly (IamRolePolicy | IamRolePolicyAttachment | VpcSecurityGroupEgressRule)[];
}

interface WorkerAccessProps extends WorkerProps {
  readonly logs: WorkerLogs;
  readonly flows: FlowAccess;
  readonly observer: CrashObserver;
}

/** What the worker may do and reach: what it calls itself, and nothing that flow runs need. */
export function createWorkerAccess(scope: Construct, props: WorkerAccessProps): WorkerAccess {
  const { name, vpcId, policyArns, tags } = props;

  const role = new IamRole(scope, "worker_iam_role", {
    name: `prefect-${name}-task-role`,
    description: `Prefect worker ${name}: starts flow runs as tasks.`,
    ...roleRules(props),
    assumeRolePolicy: ecsTasksTrust(scope),
    tags,
  });
  const own = new IamRolePolicy(scope, "worker_iam_role_policy", {
    name: "run-flows",
    role: role.id,
    policy: workerPolicy(scope, props),
  });
  const given = new IamRolePolicyAttachment(
    scope,
    "worker_iam_role_policy_attachment",
    forEachIn(policyArns, (_name, policyArn) => ({ role: role.name, policyArn })),
  );

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
  return { role, securityGroup, rights: [own, given, egress] };
}

/** The port in the API's URL, else its scheme's. */
function apiPort(scope: Construct, { prefectApiUrl }: WorkerProps): string {
  const written = tf`one(regex("^https?://(?:[^/:]+|\\\\[[^/]+\\\\])(?::([0-9]+))?/", ${prefectApiUrl}))`;
  const fromScheme = tf`startswith(${prefectApiUrl}, "https:") ? "443" : "80"`;
  return new TerraformLocal(scope, "api_port", tf`coalesce(${written}, ${fromScheme})`).asString;
}
