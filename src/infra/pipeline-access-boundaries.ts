import type { Construct } from "constructs";
import { jsonencode, tf } from "#terraform/expressions.ts";
import { accountOf } from "./account.ts";
import type { PipelineAccessProps } from "./pipeline-access-props.ts";

/** Services in which the system has resources. Beyond them the apply role can do nothing, whatever is attached to it. */
const SERVICES = [
  "ec2",
  "ecr",
  "ecs",
  "events",
  "logs",
  "route53",
  "secretsmanager",
  "servicediscovery",
  "sqs",
];
const ROLE_ACTIONS = [
  "iam:AttachRolePolicy",
  "iam:CreateRole",
  "iam:CreateServiceLinkedRole",
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:DetachRolePolicy",
  "iam:Get*",
  "iam:List*",
  "iam:PassRole",
  "iam:PutRolePermissionsBoundary",
  "iam:PutRolePolicy",
  "iam:TagRole",
  "iam:UntagRole",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateRole",
  "iam:UpdateRoleDescription",
];
/** Of a role that is created or changed, the boundary is part of the request or of the role. */
const GIVES_RIGHTS = [
  "iam:AttachRolePolicy",
  "iam:CreateRole",
  "iam:PutRolePermissionsBoundary",
  "iam:PutRolePolicy",
];

/** The most that the apply role may do. */
export function applyLimits(
  scope: Construct,
  { name, stateBucket }: PipelineAccessProps,
  boundaryArn: string,
): string {
  const { partition, region, id: account } = accountOf(scope);
  const iam = `arn:${partition}:iam::${account}`;
  return jsonencode({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "InThisRegion",
        Effect: "Allow",
        Action: SERVICES.map((service) => `${service}:*`),
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestedRegion": [region, "us-east-1"] } },
      },
      { Sid: "Roles", Effect: "Allow", Action: ROLE_ACTIONS, Resource: "*" },
      {
        Sid: "State",
        Effect: "Allow",
        Action: "s3:*",
        Resource: [`arn:${partition}:s3:::${stateBucket}`, `arn:${partition}:s3:::${stateBucket}/*`],
      },
      { Sid: "WhoAmI", Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" },
      {
        Sid: "NotItself",
        Effect: "Deny",
        NotAction: ["iam:Get*", "iam:List*"],
        Resource: [
          `${iam}:role/${name}-plan`,
          `${iam}:role/${name}-apply`,
          `${iam}:policy/${name}-*`,
          `${iam}:oidc-provider/*`,
        ],
      },
      {
        Sid: "NoRoleWithoutBoundary",
        Effect: "Deny",
        Action: GIVES_RIGHTS,
        Resource: "*",
        Condition: { StringNotEquals: { "iam:PermissionsBoundary": boundaryArn } },
      },
    ],
  });
}

/** The most that the roles of tasks may do: everything but to change who may do what, and to touch the state. */
export function taskBoundary(
  scope: Construct,
  { workers, executionRoleName, rolePath, stateBucket }: PipelineAccessProps,
): string {
  const { partition, id: account } = accountOf(scope);
  const roles = tf`concat(["arn:\${${partition}}:iam::\${${account}}:role\${${rolePath}}\${${executionRoleName}}"], [for worker in ${workers} : "arn:\${${partition}}:iam::\${${account}}:role\${${rolePath}}prefect-\${worker}-flow-task-role"])`;
  return jsonencode({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Work",
        Effect: "Allow",
        NotAction: ["account:*", "iam:*", "organizations:*", "sso:*"],
        Resource: "*",
      },
      {
        Sid: "HandRolesToFlows",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: roles,
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
      {
        Sid: "NotTheState",
        Effect: "Deny",
        Action: "s3:*",
        Resource: [`arn:${partition}:s3:::${stateBucket}`, `arn:${partition}:s3:::${stateBucket}/*`],
      },
    ],
  });
}
