resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = var.namespace
  description = "Prefect workers register here."
  vpc         = var.vpc_id

  tags = var.tags
}
