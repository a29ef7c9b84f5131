output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "log_group" {
  description = "Its log group: every decision, with what was seen and why."
  value       = aws_cloudwatch_log_group.this.name
}
