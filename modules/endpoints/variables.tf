variable "name" {
  description = "Prefix of the names."
  type        = string
  default     = "prefect-ecs-vpc"
  nullable    = false
}

variable "vpc_id" {
  description = "VPC in which the services' names lead to the endpoints."
  type        = string
  nullable    = false
}

variable "cidr_block" {
  description = "Address range that may use the endpoints: the VPC's."
  type        = string
  nullable    = false
}

variable "subnet_ids" {
  description = "Subnets in which the endpoints have addresses, one in each zone."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids needs at least one subnet."
  }
}

variable "services" {
  description = "The services, as their endpoints call them: `ecr.api`, `ecr.dkr`, `logs`, `secretsmanager`, `ecs`, `sqs`, `ec2`."
  type        = list(string)
  nullable    = false

  validation {
    condition = alltrue([
      for service in var.services :
      can(regex("^[a-z][a-z0-9.-]*$", service)) && service != "s3"
    ])
    error_message = "services must hold names such as ecr.api; S3 has an endpoint that costs nothing, which the network modules make."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
