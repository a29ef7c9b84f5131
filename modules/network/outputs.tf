output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "cidr_block" {
  description = "Address range of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "availability_zones" {
  description = "Names of the zones, in the order that numbers their subnets."
  value       = local.availability_zones
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, in the zones' order. What uses them waits for their way to the internet."
  value       = [for key in local.availability_zones : aws_subnet.public[key].id]

  depends_on = [aws_route.internet, aws_route_table_association.public]
}

output "private_subnet_ids" {
  description = "Ids of the private subnets, in the zones' order. What uses them waits for their way to the internet."
  value       = [for key in local.availability_zones : aws_subnet.private[key].id]

  depends_on = [
    aws_route.internet,
    aws_route_table_association.public,
    aws_route.nat,
    aws_route_table_association.private,
  ]
}
