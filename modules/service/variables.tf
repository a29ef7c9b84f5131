variable "name" {
  description = "Name of the service, in the DNS and in the names of all that belongs to it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.name))
    error_message = "name must start with a letter and hold up to 40 lower-case letters, digits and hyphens."
  }
}

variable "image" {
  description = "Image of the container."
  type        = string
  nullable    = false
}

variable "command" {
  description = "Command of the container. By default the image's."
  type        = list(string)
  default     = null
}

variable "port" {
  description = "Port on which the container listens."
  type        = number
  nullable    = false

  validation {
    condition     = var.port >= 1 && var.port <= 65535 && floor(var.port) == var.port
    error_message = "port must be a whole number from 1 to 65535."
  }
}

variable "environment" {
  description = "Environment variables of the container."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "secrets" {
  description = "Environment variables that ECS reads from Secrets Manager or the Parameter Store: ARNs by variable."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.secrets) : can(regex("^arn:[^:]+:(secretsmanager|ssm):", arn))])
    error_message = "secrets must be ARNs of secrets or of parameters."
  }

  validation {
    condition     = length(setintersection(keys(var.secrets), keys(var.environment))) == 0
    error_message = "secrets and environment must not name the same variable."
  }
}

variable "health_check_command" {
  description = "Shell command by which ECS asks the container whether it is well: exit status 0 says so."
  type        = string
  default     = null
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster."
  type        = string
  nullable    = false
}

variable "vpc_id" {
  description = "VPC of the subnets."
  type        = string
  nullable    = false
}

variable "subnet_ids" {
  description = "Subnets of the tasks."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids needs at least one subnet."
  }
}

variable "assign_public_ip" {
  description = "Public addresses for tasks: needed where the way out is an Internet gateway."
  type        = bool
  default     = false
  nullable    = false
}

variable "namespace_id" {
  description = "Cloud Map namespace in which the service registers."
  type        = string
  nullable    = false
}

variable "load_balancers" {
  description = "Load balancers in front of it, by any name."
  type        = map(object({ target_group_arn = string, security_group_id = string }))
  default     = {}
  nullable    = false
}

variable "callers" {
  description = "Security groups that may connect, by any name: those of workers and flow runs."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "allowed_cidrs" {
  description = "Address ranges inside the network that may connect as well."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.allowed_cidrs : can(cidrnetmask(cidr))])
    error_message = "allowed_cidrs must be IPv4 ranges, such as 10.0.0.0/16."
  }
}

variable "egress_cidrs" {
  description = "Where the service may connect to."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.egress_cidrs : can(cidrnetmask(cidr))])
    error_message = "egress_cidrs must be IPv4 ranges, such as 10.0.0.0/16."
  }
}

variable "cpu" {
  description = "CPU units of a task; 1024 are one vCPU."
  type        = number
  default     = 512
  nullable    = false
}

variable "memory_mib" {
  description = "Memory of a task in MiB."
  type        = number
  default     = 1024
  nullable    = false

  validation {
    condition = try(
      contains(
        {
          "256"   = [512, 1024, 2048]
          "512"   = range(1024, 4097, 1024)
          "1024"  = range(2048, 8193, 1024)
          "2048"  = range(4096, 16385, 1024)
          "4096"  = range(8192, 30721, 1024)
          "8192"  = range(16384, 61441, 4096)
          "16384" = range(32768, 122881, 8192)
        }[tostring(var.cpu)],
        var.memory_mib
      ),
      false
    )
    error_message = "cpu and memory_mib must be a pair that Fargate offers, such as 512 and 1024."
  }
}

variable "cpu_architecture" {
  description = "`X86_64` or `ARM64`: the image must offer it."
  type        = string
  default     = "X86_64"
  nullable    = false

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "cpu_architecture must be X86_64 or ARM64."
  }
}

variable "ephemeral_storage_gib" {
  description = "Disk of a task in GiB, 20 to 200. AWS bills what is beyond 20."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = contains(range(20, 201), var.ephemeral_storage_gib)
    error_message = "ephemeral_storage_gib must be a whole number from 20 to 200."
  }
}

variable "desired_count" {
  description = "How many tasks run."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.desired_count >= 0 && floor(var.desired_count) == var.desired_count
    error_message = "desired_count must be a whole number, 0 or more."
  }
}

variable "stop_timeout_seconds" {
  description = "Seconds between the request to stop and the kill, 2 to 120."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.stop_timeout_seconds >= 2 && var.stop_timeout_seconds <= 120
    error_message = "stop_timeout_seconds must be 2 to 120."
  }
}

variable "capacity_provider_strategy" {
  description = "How tasks are shared between `FARGATE` and `FARGATE_SPOT`, which the cluster must have as capacity providers. Empty: all on demand, by launch type. Going from one to the other replaces the service."
  type = list(
    object({
      capacity_provider = string
      weight            = optional(number, 1)
      base              = optional(number, 0)
    })
  )
  default  = []
  nullable = false

  validation {
    condition = alltrue([
      for share in var.capacity_provider_strategy :
      contains(["FARGATE", "FARGATE_SPOT"], share.capacity_provider)
    ])
    error_message = "capacity_provider_strategy can name FARGATE and FARGATE_SPOT."
  }

  validation {
    condition     = length([for share in var.capacity_provider_strategy : share if share.base > 0]) <= 1
    error_message = "capacity_provider_strategy can give a base to one provider only."
  }
}

variable "enable_execute_command" {
  description = "Whether ECS Exec may open a shell in the service's tasks: whoever may call it sees what the service sees."
  type        = bool
  default     = false
  nullable    = false
}

variable "policy_arns" {
  description = "IAM policies of the code in the container: ARNs, by any name."
  type        = map(string)
  default     = {}
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
