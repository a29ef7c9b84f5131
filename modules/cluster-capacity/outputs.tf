output "cluster_arn" {
  description = "The cluster's ARN again. What uses it waits for the providers."
  value       = var.cluster_arn

  depends_on = [aws_ecs_cluster_capacity_providers.this]
}
