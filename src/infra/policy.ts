import type { Construct } from "constructs";
import type { IamRoleConfig } from "#aws/iam-role.ts";
import { jsonencode } from "#terraform/expressions.ts";
import { accountIdOf } from "./account.ts";

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal?: Record<string, string>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[] | unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** What a company demands of every role. */
export interface RoleRules {
  readonly rolePath: string;
  readonly permissionsBoundaryArn: string | null;
}

export const roleRules = ({
  rolePath,
  permissionsBoundaryArn,
}: RoleRules): Pick<IamRoleConfig, "path" | "permissionsBoundary"> => ({
  path: rolePath,
  permissionsBoundary: permissionsBoundaryArn as string | undefined,
});

/**
 * What ECS Exec needs of a task's role.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
 */
export const OPEN_SHELL: Statement = {
  Sid: "OpenShell",
  Effect: "Allow",
  Action: [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  Resource: "*",
};

/** An IAM policy document. */
export const policy = (...statements: readonly Statement[]): string =>
  jsonencode({ Version: "2012-10-17", Statement: statements });

const ECS_TASKS = {
  Sid: "EcsTasks",
  Effect: "Allow",
  Principal: { Service: "ecs-tasks.amazonaws.com" },
  Action: "sts:AssumeRole",
} as const;

/**
 * Who may have a task's role: ECS, on behalf of tasks in this account and no other.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export const ecsTasksTrust = (scope: Construct): string =>
  policy({ ...ECS_TASKS, Condition: { StringEquals: { "aws:SourceAccount": accountIdOf(scope) } } });

/**
 * Who may have the execution role: ECS itself. AWS documents the condition on the account for task roles only, and a
 * condition that ECS does not meet would keep every task from starting.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export const ecsItselfTrust = (): string => policy(ECS_TASKS);
