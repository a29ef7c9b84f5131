variable "cluster_name" {
  description = "Name of the ECS cluster."
  type        = string
  nullable    = false
}

variable "service_name" {
  description = "Name of the ECS service. It must leave its number of tasks to others: `scaled = true`."
  type        = string
  nullable    = false
}

variable "metric" {
  description = "`cpu` or `memory`."
  type        = string
  default     = "cpu"
  nullable    = false

  validation {
    condition     = contains(["cpu", "memory"], var.metric)
    error_message = "metric must be cpu or memory."
  }
}

variable "min_tasks" {
  description = "The fewest tasks."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.min_tasks >= 1
    error_message = "min_tasks must be 1 or more: nothing is measured of no task."
  }
}

variable "max_tasks" {
  description = "The most tasks."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.max_tasks >= var.min_tasks
    error_message = "max_tasks must not be less than min_tasks."
  }
}

variable "target_percent" {
  description = "The average use that is aimed at, in percent of the tasks' size."
  type        = number
  default     = 70
  nullable    = false

  validation {
    condition     = var.target_percent >= 1 && var.target_percent <= 100
    error_message = "target_percent must be 1 to 100."
  }
}

variable "scale_out_cooldown_seconds" {
  description = "Seconds between two steps up."
  type        = number
  default     = 60
  nullable    = false
}

variable "scale_in_cooldown_seconds" {
  description = "Seconds between two steps down."
  type        = number
  default     = 300
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
