import { TerraformCount, TerraformLocal } from "cdktn";
import type { Construct } from "constructs";
import { IamRole } from "#aws/iam-role.ts";
import { IamRolePolicy } from "#aws/iam-role-policy.ts";
import { IamRolePolicyAttachment } from "#aws/iam-role-policy-attachment.ts";
import { choose, forEachIn, jsonencode, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { partitionOf } from "./account.ts";
import { ecsItselfTrust, ecsTasksTrust, OPEN_SHELL, policy, roleRules, type Statement } from "./policy.ts";
import type { ServiceProps } from "./service-props.ts";

export interface ServiceRoles {
  /** Of the code in the container. */
  readonly task: IamRole;
  /** With which ECS starts it. */
  readonly execution: IamRole;
  /** Without these a task can neither start nor call what it is for. */
  readonly rights: readonly (IamRolePolicy | IamRolePolicyAttachment)[];
}

/** A service shares no role with workers or flow runs: it has its own policies, and ECS reads its own secrets for it. */
export function createServiceRoles(scope: Construct, props: ServiceProps): ServiceRoles {
  const { name, policyArns, tags } = props;
  const task = new IamRole(scope, "task_iam_role", {
    name: `prefect-${name}-task-role`,
    description: `Service ${name}.`,
    ...roleRules(props),
    assumeRolePolicy: ecsTasksTrust(scope),
    tags,
  });
  const given = new IamRolePolicyAttachment(
    scope,
    "task_iam_role_policy_attachment",
    forEachIn(policyArns, (_name, policyArn) => ({ role: task.name, policyArn })),
  );
  const execution = new IamRole(scope, "execution_iam_role", {
    name: `prefect-${name}-execution-role`,
    description: `ECS starts the service ${name} with it.`,
    ...roleRules(props),
    assumeRolePolicy: ecsItselfTrust(),
    tags,
  });
  const managed = new IamRolePolicyAttachment(scope, "execution_iam_role_policy_attachment", {
    role: execution.name,
    policyArn: `arn:${partitionOf(scope)}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy`,
  });
  const rights = [given, openShell(scope, props, task), managed, readSecrets(scope, props, execution)];
  return { task, execution, rights };
}

const openShell = (scope: Construct, { enableExecuteCommand }: ServiceProps, task: IamRole): IamRolePolicy =>
  new IamRolePolicy(scope, "open_shell_iam_role_policy", {
    count: TerraformCount.of(choose(enableExecuteCommand, 1, 0)),
    name: "open-shell",
    role: task.id,
    policy: policy(OPEN_SHELL),
  });

function readSecrets(scope: Construct, { secrets }: ServiceProps, execution: IamRole): IamRolePolicy {
  const inSecretsManager = new TerraformLocal(
    scope,
    "secret_arns",
    tf`[for arn in values(${secrets}) : regex("^(?:[^:]+:){6}[^:]+", arn) if strcontains(arn, ":secretsmanager:")]`,
  );
  note(inSecretsManager, "Without what may follow a secret's ARN: a key in it, a stage and a version.");
  const inParameterStore = new TerraformLocal(
    scope,
    "parameter_arns",
    tf`[for arn in values(${secrets}) : arn if strcontains(arn, ":ssm:")]`,
  );
  const statement = (Sid: string, Action: string, resources: TerraformLocal): Statement => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource: resources.asList,
  });
  const fromSecrets = statement("ReadSecrets", "secretsmanager:GetSecretValue", inSecretsManager);
  const fromParameters = statement("ReadParameters", "ssm:GetParameters", inParameterStore);
  const own = new IamRolePolicy(scope, "read_secrets_iam_role_policy", {
    count: TerraformCount.of(choose(tf`length(${secrets}) > 0`, 1, 0)),
    name: "read-secrets",
    role: execution.id,
    policy: jsonencode({
      Version: "2012-10-17",
      Statement: tf`concat(length(${inSecretsManager.fqn}) > 0 ? [${fromSecrets}] : [], length(${inParameterStore.fqn}) > 0 ? [${fromParameters}] : [])`,
    }),
  });
  note(own, "Reads these and no other.");
  return own;
}
