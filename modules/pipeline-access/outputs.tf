output "plan_role_arn" {
  description = "ARN of the role that plans."
  value       = aws_iam_role.plan.arn

  depends_on = [aws_iam_role_policy.plan, aws_iam_role_policy.apply, aws_iam_role_policy_attachment.apply]
}

output "apply_role_arn" {
  description = "ARN of the role that applies."
  value       = aws_iam_role.apply.arn

  depends_on = [aws_iam_role_policy.plan, aws_iam_role_policy.apply, aws_iam_role_policy_attachment.apply]
}

output "boundary_arn" {
  description = "Policy that bounds every role of the system: its `permissions_boundary_arn`."
  value       = aws_iam_policy.boundary.arn
}

output "oidc_provider_arn" {
  description = "ARN of the OIDC provider."
  value       = coalesce(var.oidc_provider_arn, one(aws_iam_openid_connect_provider.this[*].arn))
}
