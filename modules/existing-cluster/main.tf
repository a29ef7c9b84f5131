data "aws_ecs_cluster" "this" {
  cluster_name = var.name

  lifecycle {
    postcondition {
      condition     = self.status == "ACTIVE"
      error_message = "The cluster ${self.cluster_name} is ${self.status}: nothing can run in it."
    }
  }
}
