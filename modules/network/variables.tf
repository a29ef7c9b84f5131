variable "name" {
  description = "Name tag of the VPC and prefix of the names in it."
  type        = string
  default     = "prefect-ecs-vpc"
  nullable    = false
}

variable "cidr_block" {
  description = "Address range of the VPC, /16 to /24. Each subnet is a sixteenth of it."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.cidr_block))
    error_message = "cidr_block must be an IPv4 range."
  }

  validation {
    condition     = try(contains(range(16, 25), tonumber(split("/", var.cidr_block)[1])), false)
    error_message = "cidr_block must be a /16 to a /24, such as 10.0.0.0/16."
  }
}

variable "availability_zones" {
  description = "Names of the availability zones. Append only: a zone's place in the list numbers its subnets. Empty: standard zones that offer Fargate are chosen once, and kept in the state."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.availability_zones) == length(distinct(var.availability_zones))
    error_message = "availability_zones names a zone twice."
  }

  validation {
    condition     = length(var.availability_zones) <= 8
    error_message = "availability_zones can hold 8 zones at most."
  }
}

variable "availability_zone_count" {
  description = "How many zones to choose when `availability_zones` is empty."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = contains(range(1, 9), var.availability_zone_count)
    error_message = "availability_zone_count must be a whole number from 1 to 8."
  }
}

variable "nat_gateway_per_zone" {
  description = "A NAT gateway in every zone, so that none depends on another, instead of one in the first. Each is billed."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
