output "subnet_ids" {
  description = "The subnets again. What uses them waits for the endpoints."
  value       = var.subnet_ids

  depends_on = [aws_vpc_endpoint.this, aws_vpc_security_group_ingress_rule.this]
}

output "security_group_id" {
  description = "Security group of the endpoints."
  value       = aws_security_group.this.id
}
