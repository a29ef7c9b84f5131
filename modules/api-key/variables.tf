variable "name" {
  description = "Name of the secret."
  type        = string
  default     = "prefect-api-key"
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9/_+=.@-]{1,512}$", var.name))
    error_message = "name must hold 1 to 512 letters, digits and /_+=.@- characters."
  }
}

variable "api_key" {
  description = "The Prefect API key. Needed when the secret is created and when `api_key_version` is raised."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true
}

variable "api_key_version" {
  description = "Raise it to write the key again: Terraform cannot see whether the key changed."
  type        = number
  default     = 1
  nullable    = false
}

variable "recovery_window_in_days" {
  description = "How long AWS keeps the secret after destroy, 7 to 30 days; its name is taken until then. 0 deletes it at once."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition = var.recovery_window_in_days == 0 || (
      var.recovery_window_in_days >= 7 && var.recovery_window_in_days <= 30
    )
    error_message = "recovery_window_in_days must be 0 or 7 to 30."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
