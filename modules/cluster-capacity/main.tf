# No default strategy: every service and flow run says what it wants.
resource "aws_ecs_cluster_capacity_providers" "this" {
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
  cluster_name       = var.cluster_name
}
