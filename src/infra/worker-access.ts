import type { Construct } from "constructs";
import { IamRole } from "#aws/iam-role.ts";
import { IamRolePolicy } from "#aws/iam-role-policy.ts";
import { IamRolePolicyAttachment } from "#aws/iam-role-policy-attachment.ts";
import type { SecurityGroup } from "#aws/security-group.ts";
import type { VpcSecurityGroupEgressRule } from "#aws/vpc-security-group-egress-rule.ts";
import { forEachIn } from "#terraform/expressions.ts";
import type { CrashObserver } from "./crash-observer.ts";
import type { FlowAccess } from "./flow-access.ts";
import { ecsTasksTrust, roleRules } from "./policy.ts";
import type { WorkerLogs } from "./worker-logs.ts";
import { workerPolicy } from "./worker-policy.ts";
import type { WorkerProps } from "./worker-props.ts";
import { createWorkerSecurityGroup } from "./worker-security-group.ts";

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
  const { name, policyArns, tags } = props;

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

  const { securityGroup, egress } = createWorkerSecurityGroup(scope, props);
  return { role, securityGroup, rights: [own, given, egress] };
}
