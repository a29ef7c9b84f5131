import type { Construct } from "constructs";
import { jsonencode } from "#terraform/expressions.ts";
import { accountOf } from "../account.ts";
import { grantedServices } from "./policies.ts";
import type { PipelineAccessProps } from "./props.ts";

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
        Action: grantedServices().map((service) => `${service}:*`),
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
