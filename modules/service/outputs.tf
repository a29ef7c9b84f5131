output "service_name" {
  description = "Name of the ECS service."
  value       = aws_ecs_service.this.name
}

output "service_arn" {
  description = "ARN of the ECS service."
  value       = aws_ecs_service.this.id
}

output "task_definition_arn" {
  description = "ARN of the task definition, with its revision."
  value       = aws_ecs_task_definition.this.arn
}

output "task_role_arn" {
  description = "ARN of the role that the code in the container has."
  value       = aws_iam_role.task.arn
}

output "security_group_id" {
  description = "Security group of the service."
  value       = aws_security_group.this.id
}

output "log_group" {
  description = "Log group of the service."
  value       = aws_cloudwatch_log_group.this.name
}
