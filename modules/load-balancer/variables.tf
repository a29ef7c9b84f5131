variable "name" {
  description = "Name of the load balancer and its target group."
  type        = string
  nullable    = false

  validation {
    condition = can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$", var.name)) && !startswith(
      var.name,
      "internal-"
    )
    error_message = "name must hold 1 to 32 letters, digits and hyphens, with no hyphen at its ends, and not begin with internal-."
  }
}

variable "vpc_id" {
  description = "VPC of the subnets."
  type        = string
  nullable    = false
}

variable "subnet_ids" {
  description = "Subnets in two zones or more: public ones, unless it is `internal`."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids must lie in two zones or more."
  }
}

variable "internal" {
  description = "Whether it has private addresses only: for a VPN or a peered VPC."
  type        = bool
  default     = false
  nullable    = false
}

variable "allowed_cidrs" {
  description = "IPv4 ranges that may connect."
  type        = list(string)
  nullable    = false

  validation {
    condition = length(var.allowed_cidrs) > 0 && alltrue([
      for cidr in var.allowed_cidrs :
      can(cidrnetmask(cidr))
    ])
    error_message = "allowed_cidrs must name at least one IPv4 range, such as 203.0.113.0/24."
  }
}

variable "certificate_arn" {
  description = "Certificate of ACM for HTTPS, in this region."
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:[^:]+:(acm|iam):", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of a certificate."
  }

  validation {
    condition     = (var.certificate_arn == null) == var.http
    error_message = "Give certificate_arn for HTTPS, or set http for traffic in the clear."
  }
}

variable "http" {
  description = "Plain HTTP on port 80, which everybody on the way can read, instead of HTTPS."
  type        = bool
  default     = false
  nullable    = false
}

variable "ssl_policy" {
  description = "What HTTPS may use: by default TLS 1.3 and 1.2 with forward secrecy."
  type        = string
  default     = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  nullable    = false
}

variable "health_check_path" {
  description = "Path that answers 200 to 399 when a task can be used."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = startswith(var.health_check_path, "/")
    error_message = "health_check_path must begin with a slash."
  }
}

variable "idle_timeout_seconds" {
  description = "Seconds after which a silent connection is closed."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.idle_timeout_seconds >= 1 && var.idle_timeout_seconds <= 4000
    error_message = "idle_timeout_seconds must be 1 to 4000."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the load balancer."
  type        = bool
  default     = false
  nullable    = false
}

variable "access_logs_bucket" {
  description = "S3 bucket of its access logs, whose policy lets Elastic Load Balancing write."
  type        = string
  default     = null
}

variable "access_logs_prefix" {
  description = "What their names in the bucket begin with."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
