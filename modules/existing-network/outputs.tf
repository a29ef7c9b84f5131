output "vpc_id" {
  description = "Id of the VPC."
  value       = data.aws_vpc.this.id
}

output "cidr_block" {
  description = "Address range of the VPC."
  value       = data.aws_vpc.this.cidr_block
}

output "subnet_ids" {
  description = "Ids of the subnets. What uses them waits until their way out is proven."
  value       = local.subnet_ids

  depends_on = [data.aws_route_table.way_out]
}

output "public_subnet_ids" {
  description = "Ids of the load balancers' subnets."
  value       = [for id in var.public_subnet_ids : data.aws_subnet.public[id].id]

  depends_on = [data.aws_route_table.way_out]
}
