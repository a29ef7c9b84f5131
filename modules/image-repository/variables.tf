variable "name" {
  description = "Name of the repository."
  type        = string
  default     = "prefect-worker"
  nullable    = false

  validation {
    condition = can(regex("^([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*$", var.name)) && length(
      var.name
    ) >= 2
    error_message = "name must be lower-case letters and digits, with ._-/ between them."
  }
}

variable "images_kept" {
  description = "How many images stay; those before go."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.images_kept >= 1
    error_message = "images_kept must be 1 or more."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
