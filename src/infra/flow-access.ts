import type { Construct } from "constructs";
import { IamRole } from "#aws/iam-role.ts";
import { IamRolePolicyAttachment } from "#aws/iam-role-policy-attachment.ts";
import { SecurityGroup } from "#aws/security-group.ts";
import { forEachIn, merge } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { createFlowEgress } from "./flow-egress.ts";
import { ecsTasksTrust, roleRules } from "./policy.ts";
import type { WorkerProps } from "./worker-props.ts";

export interface FlowAccess {
  readonly role: IamRole;
  readonly securityGroup: SecurityGroup;
}

/** What a flow run may do and reach: its own role, with the policies you give, and its own security group. */
export function createFlowAccess(scope: Construct, props: WorkerProps): FlowAccess {
  const { name, vpcId, flowPolicyArns, flowEgressCidrs, tags } = props;

  const role = new IamRole(scope, "flow_run_iam_role", {
    name: `prefect-${name}-flow-task-role`,
    description: `Flow runs of the Prefect worker ${name}.`,
    ...roleRules(props),
    assumeRolePolicy: ecsTasksTrust(scope),
    tags,
  });
  note(
    role,
    "Flow runs have a role of their own: they can do what you attach here, and nothing the worker can.",
  );
  new IamRolePolicyAttachment(
    scope,
    "flow_run_iam_role_policy_attachment",
    forEachIn(flowPolicyArns, (_name, policyArn) => ({ role: role.name, policyArn })),
  );

  const securityGroup = new SecurityGroup(scope, "flow_run_security_group", {
    name: `prefect-${name}-flows`,
    description: `Flow runs of the Prefect worker ${name}`,
    vpcId,
    tags: merge(tags, { Name: `prefect-${name}-flows` }),
    lifecycle: { createBeforeDestroy: true },
  });
  createFlowEgress(scope, securityGroup, flowEgressCidrs);
  return { role, securityGroup };
}
