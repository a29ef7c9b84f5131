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

variable "way_out" {
  description = "How the subnets must lead out: `private` through NAT, a transit gateway or the like; `internet-gateway` where tasks have public addresses; `none` where everything is reached by endpoints."
  type        = string
  default     = "private"
  nullable    = false

  validation {
    condition     = contains(["internet-gateway", "private", "none"], var.way_out)
    error_message = "way_out must be one of internet-gateway, private, none."
  }
}

variable "public_subnet_ids" {
  description = "Subnets of load balancers that are reached from outside, in two zones at least."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = var.way_out == "internet-gateway" || length(
      setintersection(var.subnet_ids, var.public_subnet_ids)
    ) == 0
    error_message = "subnet_ids and public_subnet_ids name the same subnet, which cannot be both."
  }
}
