output "service_name" {
  description = "Name of the ECS service."
  value       = one(concat(aws_ecs_service.worker[*].name, aws_ecs_service.scaled[*].name))
}

output "service_arn" {
  description = "ARN of the ECS service."
  value       = one(concat(aws_ecs_service.worker[*].id, aws_ecs_service.scaled[*].id))
}

output "task_definition_arn" {
  description = "ARN of the worker's task definition, with its revision."
  value       = aws_ecs_task_definition.worker.arn
}

output "task_role_arn" {
  description = "ARN of the worker's own role."
  value       = aws_iam_role.worker.arn
}

output "flow_task_role_arn" {
  description = "ARN of the role that flow runs have."
  value       = aws_iam_role.worker.arn
}

output "security_group_id" {
  description = "Security group of the worker."
  value       = aws_security_group.worker.id
}

output "flow_security_group_id" {
  description = "Security group of flow runs: let your databases admit it."
  value       = aws_security_group.worker.id
}

output "worker_log_group" {
  description = "Log group of the worker."
  value       = aws_cloudwatch_log_group.worker.name
}

output "flow_log_group" {
  description = "Log group of flow runs."
  value       = aws_cloudwatch_log_group.worker.name
}

output "worker_type" {
  description = "`ecs` or `process`: the type of the work pool."
  value       = "process"
}

output "work_pool" {
  description = "Work pool that the worker serves."
  value       = var.work_pool
}

output "base_job_template" {
  description = "The work pool's base job template, as JSON."
  value       = jsonencode(local.stock_template)
}
