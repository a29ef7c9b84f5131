variable "namespace" {
  description = "Name of the namespace, a domain name."
  type        = string
  default     = "default.prefect.local"
  nullable    = false

  validation {
    condition = can(
      regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace)
    )
    error_message = "namespace must be a domain name in lower case, such as default.prefect.local."
  }
}

variable "vpc_id" {
  description = "VPC in which the names resolve."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
