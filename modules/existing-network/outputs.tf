output "vpc_id" {
  description = "Id of the VPC."
  value       = data.aws_vpc.this.id
}

output "subnet_ids" {
  description = "Ids of the subnets."
  value       = local.subnet_ids
}
