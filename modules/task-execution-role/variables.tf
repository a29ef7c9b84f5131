variable "name" {
  description = "Name of the role."
  type        = string
  default     = "prefect-task-execution-role"
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "name must hold 1 to 64 letters, digits and +=,.@_- characters."
  }
}

variable "secret_arns" {
  description = "The secret that holds the Prefect API key, as a list of its ARN; empty for a server that asks for none."
  type        = list(string)
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.secret_arns :
      can(regex("^arn:[^:]+:secretsmanager:[^:]+:[0-9]{12}:secret:", arn))
    ])
    error_message = "secret_arns must be ARNs of Secrets Manager secrets."
  }
}

variable "secret_kms_key_arns" {
  description = "KMS keys that encrypt the secret, when it is not AWS's own key that does."
  type        = list(string)
  default     = []
  nullable    = false
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
