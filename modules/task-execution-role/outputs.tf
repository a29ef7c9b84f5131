output "arn" {
  description = "ARN of the role. What uses it waits until its policies are attached."
  value       = aws_iam_role.this.arn

  depends_on = [aws_iam_role_policy_attachment.managed, aws_iam_role_policy.read_secret]
}

output "name" {
  description = "Name of the role."
  value       = aws_iam_role.this.name
}
