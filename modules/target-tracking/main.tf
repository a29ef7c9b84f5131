resource "aws_appautoscaling_target" "this" {
  max_capacity       = var.max_tasks
  min_capacity       = var.min_tasks
  resource_id        = "service/${var.cluster_name}/${var.service_name}"
  scalable_dimension = "ecs:service:DesiredCount"
  service_namespace  = "ecs"

  tags = var.tags
}

resource "aws_appautoscaling_policy" "this" {
  name        = "${var.service_name}-${var.metric}"
  policy_type = "TargetTrackingScaling"
  # By the target's attributes, so that it is there first.
  resource_id        = aws_appautoscaling_target.this.resource_id
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  service_namespace  = aws_appautoscaling_target.this.service_namespace

  target_tracking_scaling_policy_configuration {
    scale_in_cooldown  = var.scale_in_cooldown_seconds
    scale_out_cooldown = var.scale_out_cooldown_seconds
    target_value       = var.target_percent

    predefined_metric_specification {
      predefined_metric_type = {
        cpu    = "ECSServiceAverageCPUUtilization"
        memory = "ECSServiceAverageMemoryUtilization"
      }[var.metric]
    }
  }
}
