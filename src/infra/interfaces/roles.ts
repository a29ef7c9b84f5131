import { input } from "#terraform/module-interface.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names */
export const rolePath = input.string("Path of the roles, where a company sorts them: `/prefect/`.", {
  default: "/",
  validation: [
    {
      condition: 'can(regex("^/([!-.0-~]+/)*$", var.role_path)) && length(var.role_path) <= 512',
      message: "role_path must begin and end with a slash, such as / or /prefect/.",
    },
  ],
});

export const permissionsBoundaryArn = input.optionalString(
  "Policy that bounds what the roles may do, where a company demands one.",
  {
    default: null,
    validation: [
      {
        condition:
          'var.permissions_boundary_arn == null || can(regex("^arn:[^:]+:iam::[^:]+:policy/", var.permissions_boundary_arn))',
        message: "permissions_boundary_arn must be the ARN of an IAM policy.",
      },
    ],
  },
);
