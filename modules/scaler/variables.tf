variable "name" {
  description = "Name of the function, of its role and its schedule."
  type        = string
  default     = "prefect-scaler"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name must hold 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "zip_path" {
  description = "The function's code. By default `scaler.zip` of this module."
  type        = string
  default     = null
}

variable "prefect_api_url" {
  description = "Prefect's API, as the workers have it."
  type        = string
  nullable    = false
}

variable "api_key_secret_arn" {
  description = "ARN of the secret that holds the Prefect API key. Without any secret the server is asked without a key."
  type        = string
  default     = null

  validation {
    condition     = var.api_key_secret_arn == null || var.auth_string_secret_arn == null
    error_message = "Give api_key_secret_arn or auth_string_secret_arn, not both."
  }
}

variable "auth_string_secret_arn" {
  description = "ARN of the secret that holds `user:password` of a Prefect 3 server you host, its PREFECT_SERVER_API_AUTH_STRING."
  type        = string
  default     = null
}

variable "ca_certificates" {
  description = "Authorities (PEM) that are trusted for Prefect's API, where the server's certificate is no public one's. They travel in the schedule's event, which holds 8 KB in all."
  type        = string
  default     = null
}

variable "cluster_name" {
  description = "Name of the ECS cluster."
  type        = string
  nullable    = false
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster."
  type        = string
  nullable    = false
}

variable "workers" {
  description = "The workers by name. `mode` is `queue`, or `keep` where somebody else says how many tasks a `process` worker has. A service in mode `queue` must have `scaled = true`."
  type = map(
    object({
      type               = string
      work_pool          = string
      mode               = string
      min_tasks          = number
      max_tasks          = number
      slots              = optional(number, 4)
      cold_start_seconds = optional(number, 58)
    })
  )
  nullable = false

  validation {
    condition = alltrue([
      for worker in values(var.workers) :
      contains(["ecs", "process"], worker.type) && contains(["queue", "keep"], worker.mode)
    ])
    error_message = "A worker's type can be ecs or process, its mode queue or keep."
  }

  validation {
    condition = alltrue([
      for worker in values(var.workers) :
      worker.min_tasks >= 0 && worker.max_tasks >= worker.min_tasks
    ])
    error_message = "A worker's min_tasks must not be more than its max_tasks."
  }
}

variable "subnet_ids" {
  description = "Subnets, where Prefect's API is only reached from inside the VPC. Empty: outside."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "security_group_ids" {
  description = "Security groups of the function in these subnets."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "log_retention_days" {
  description = "Days after which CloudWatch drops log lines; 0 keeps them."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [
        0,
        1,
        3,
        5,
        7,
        14,
        30,
        60,
        90,
        120,
        150,
        180,
        365,
        400,
        545,
        731,
        1096,
        1827,
        2192,
        2557,
        2922,
        3288,
        3653,
      ],
      var.log_retention_days
    )
    error_message = "log_retention_days must be 0 or one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }
}

variable "role_path" {
  description = "Path of the roles, where a company sorts them: `/prefect/`."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([!-.0-~]+/)*$", var.role_path)) && length(var.role_path) <= 512
    error_message = "role_path must begin and end with a slash, such as / or /prefect/."
  }
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds what the roles may do, where a company demands one."
  type        = string
  default     = null

  validation {
    condition = var.permissions_boundary_arn == null || can(
      regex("^arn:[^:]+:iam::[^:]+:policy/", var.permissions_boundary_arn)
    )
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
