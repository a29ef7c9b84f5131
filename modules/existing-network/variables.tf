variable "vpc_id" {
  description = "The VPC by its id."
  type        = string
  default     = null
}

variable "vpc_tags" {
  description = "The VPC by its tags. Without id and tags: the region's default VPC."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "subnet_ids" {
  description = "The subnets by their ids."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "subnet_tags" {
  description = "The subnets by their tags. Without ids and tags: all of the VPC's that offer Fargate."
  type        = map(string)
  default     = {}
  nullable    = false
}
