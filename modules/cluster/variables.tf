variable "name" {
  description = "Name of the cluster."
  type        = string
  default     = "prefect-cluster"
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,255}$", var.name))
    error_message = "name must hold 1 to 255 letters, digits, hyphens and underscores."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
