output "arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "dns_name" {
  description = "Its name in the DNS: point a CNAME or an alias at it."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "Hosted zone of that name, for an alias of Route 53."
  value       = aws_lb.this.zone_id
}

output "url" {
  description = "Its address. HTTPS needs a name that the certificate knows."
  value       = "${var.http ? "http" : "https"}://${aws_lb.this.dns_name}"
}

output "target_group_arn" {
  description = "Target group for the service. What uses it waits for the listener."
  value       = aws_lb_target_group.this.arn

  depends_on = [aws_lb_listener.this]
}

output "security_group_id" {
  description = "Security group of the load balancer."
  value       = aws_security_group.this.id
}
