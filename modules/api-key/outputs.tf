output "secret_arn" {
  description = "ARN of the secret. What uses it waits until the key is in it."
  value       = aws_secretsmanager_secret.this.arn

  depends_on = [aws_secretsmanager_secret_version.this]
}
