variable "name" {
  description = "Name tag of the VPC and prefix of the names in it."
  type        = string
  default     = "prefect-ecs-vpc"
  nullable    = false
}

variable "cidr_block" {
  description = "Address range of the VPC, /16 to /24 where each subnet is a sixteenth of it."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.cidr_block))
    error_message = "cidr_block must be an IPv4 range."
  }

  validation {
    condition = try(
      tonumber(split("/", var.cidr_block)[1]) >= 16 && tonumber(split("/", var.cidr_block)[1]) < 28,
      false
    )
    error_message = "cidr_block must be a /16 or smaller, with subnets of /28 or larger in it: 10.0.0.0/16 for example."
  }
}

variable "subnet_prefix_length" {
  description = "How large each subnet is: 24 for /24. By default a sixteenth of the VPC, which is /20 in a /16. Changing it replaces the subnets."
  type        = number
  default     = null

  validation {
    condition = try(
      coalesce(var.subnet_prefix_length, tonumber(split("/", var.cidr_block)[1]) + 4) <= 28,
      false
    )
    error_message = "A subnet cannot be smaller than /28: set a larger cidr_block, or a smaller number in subnet_prefix_length."
  }

  validation {
    condition = var.subnet_prefix_length == null || try(
      pow(2, var.subnet_prefix_length - tonumber(split("/", var.cidr_block)[1]) - 1) >= max(
        length(var.availability_zones),
        var.availability_zone_count
      ),
      false
    )
    error_message = "subnet_prefix_length leaves no room in cidr_block for two subnets in every zone."
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
    condition     = length(var.availability_zones) <= 6
    error_message = "availability_zones can hold 6 zones at most."
  }
}

variable "availability_zone_count" {
  description = "How many zones to choose when `availability_zones` is empty."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = contains(range(1, 7), var.availability_zone_count)
    error_message = "availability_zone_count must be a whole number from 1 to 6."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
