resource "aws_secretsmanager_secret" "this" {
  name        = var.name
  description = "Prefect API key of workers and flow runs."
  # AWS keeps a destroyed secret for some days, in which its name is taken.
  recovery_window_in_days = var.recovery_window_in_days

  tags = var.tags
}

# Write-only: neither plan nor state has the key. A higher version writes it again.
resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = var.api_key
  secret_string_wo_version = var.api_key_version
}
