output "name" {
  description = "Name of the cluster."
  value       = data.aws_ecs_cluster.this.cluster_name
}

output "arn" {
  description = "ARN of the cluster."
  value       = data.aws_ecs_cluster.this.arn
}
