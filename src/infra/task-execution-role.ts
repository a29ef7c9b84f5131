import { TerraformCount, Token } from "cdktn";
import { Construct } from "constructs";
import { IamRole } from "#aws/iam-role.ts";
import { IamRolePolicy } from "#aws/iam-role-policy.ts";
import { IamRolePolicyAttachment } from "#aws/iam-role-policy-attachment.ts";
import { jsonencode, tf } from "#terraform/expressions.ts";
import { note } from "#terraform/notes.ts";
import { partitionOf, regionOf } from "./account.ts";
import { ecsItselfTrust, type RoleRules, roleRules, type Statement } from "./policy.ts";

export interface TaskExecutionRoleProps extends RoleRules {
  readonly name: string;
  /** The secret that holds the Prefect API key, if there is one. */
  readonly secretArns: string[];
  readonly secretKmsKeyArns: string[];
  readonly tags: Record<string, string>;
}

/** The role with which ECS starts tasks. Code in a task cannot use it. */
export class TaskExecutionRole extends Construct {
  readonly role: IamRole;
  readonly policies: readonly (IamRolePolicy | IamRolePolicyAttachment)[];

  constructor(scope: Construct, id: string, props: TaskExecutionRoleProps) {
    super(scope, id);
    this.role = new IamRole(this, "iam_role", {
      name: props.name,
      description: "ECS starts Prefect workers and flow runs with it.",
      ...roleRules(props),
      assumeRolePolicy: ecsItselfTrust(),
      tags: props.tags,
    });
    const managed = new IamRolePolicyAttachment(this, "managed_iam_role_policy_attachment", {
      role: this.role.name,
      policyArn: `arn:${partitionOf(this)}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy`,
    });
    note(managed, "Pulls images from ECR and writes to log groups that exist.");

    const read: Statement = {
      Sid: "ReadPrefectApiKey",
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: props.secretArns,
    };
    const decrypt: Statement = {
      Sid: "DecryptPrefectApiKey",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: props.secretKmsKeyArns,
      Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${regionOf(this)}.amazonaws.com` } },
    };
    const count = Token.isUnresolved(props.secretArns)
      ? tf`length(${props.secretArns}) > 0 ? 1 : 0`.number
      : Math.min(props.secretArns.length, 1);
    const secret = new IamRolePolicy(this, "read_secret_iam_role_policy", {
      count: TerraformCount.of(count),
      name: "read-prefect-api-key",
      role: this.role.id,
      policy: jsonencode({
        Version: "2012-10-17",
        Statement: tf`concat([${read}], length(${props.secretKmsKeyArns}) > 0 ? [${decrypt}] : [])`,
      }),
    });
    note(secret, "Reads this secret and no other. A server that asks for no key has none.");
    this.policies = [managed, secret];
  }
}
