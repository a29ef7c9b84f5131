variable "name" {
  description = "Name of the bucket; nobody else on AWS has it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "name must hold 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "old_version_days" {
  description = "Days after which an old version of a state goes."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.old_version_days >= 1
    error_message = "old_version_days must be 1 or more."
  }
}

variable "old_versions_kept" {
  description = "How many of the newest old versions stay whatever their age, 1 to 100."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.old_versions_kept >= 1 && var.old_versions_kept <= 100
    error_message = "old_versions_kept must be 1 to 100."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
