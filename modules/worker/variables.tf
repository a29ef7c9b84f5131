variable "name" {
  description = "Name of the worker, of its service and in the names of all that belongs to it."
  type        = string
  default     = "dev-worker"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.name))
    error_message = "name must start with a letter and hold up to 40 lower-case letters, digits and hyphens."
  }
}

variable "work_pool" {
  description = "Work pool that the worker serves."
  type        = string
  default     = "ecs-work-pool"
  nullable    = false

  validation {
    condition     = length(trimspace(var.work_pool)) > 0
    error_message = "work_pool must not be empty."
  }
}

variable "work_queues" {
  description = "Queues of the pool that the worker serves. Empty: all of them."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for queue in var.work_queues : length(trimspace(queue)) > 0])
    error_message = "work_queues must not hold an empty name."
  }
}

variable "pool_owner" {
  description = "Where several workers serve the pool: the one whose `base_job_template` it has. This worker may then hand that one's role to flow runs."
  type        = string
  default     = null
}

variable "prefect_version" {
  description = "Major version of Prefect, 2 or 3."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = contains([2, 3], var.prefect_version)
    error_message = "prefect_version must be 2 or 3."
  }
}

variable "prefect_api_url" {
  description = "Prefect's API: `https://api.prefect.cloud/api/accounts/…/workspaces/…`, or that of a server you host."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https?://[^/]+/", var.prefect_api_url))
    error_message = "prefect_api_url must be an http or https URL with a path, such as https://prefect.example.com/api."
  }
}

variable "prefect_account_id" {
  description = "Prefect Cloud account, for code that asks its environment."
  type        = string
  default     = null
}

variable "prefect_workspace_id" {
  description = "Prefect Cloud workspace, for code that asks its environment."
  type        = string
  default     = null
}

variable "api_key_secret_arn" {
  description = "ARN of the secret that holds the Prefect API key. Without any secret a server is asked without a key."
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

  validation {
    condition     = var.auth_string_secret_arn == null || var.prefect_version == 3
    error_message = "auth_string_secret_arn needs Prefect 3: Prefect 2 knows no user name and password."
  }
}

variable "ca_certificates" {
  description = "Authorities (PEM) that worker and flow runs trust for Prefect's API, where the server's certificate is no public one's."
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
  description = "Subnets of worker and flow runs, with a way to Prefect's API, PyPI and AWS."
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
  description = "Cloud Map namespace in which the worker registers."
  type        = string
  nullable    = false
}

variable "execution_role_arn" {
  description = "Role with which ECS starts the worker and its flow runs."
  type        = string
  nullable    = false
}

variable "image" {
  description = "Image of the worker. By default `prefecthq/prefect:<version>-latest`."
  type        = string
  default     = null
}

variable "extra_pip_packages" {
  description = "Python packages installed when the container starts, pinned exactly. By default the AWS integration that fits."
  type        = list(string)
  default     = null
}

variable "environment" {
  description = "Environment variables of the worker."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setintersection(keys(var.environment), ["PREFECT_API_KEY", "PREFECT_API_AUTH_STRING"])) == 0
    error_message = "environment must not hold PREFECT_API_KEY or PREFECT_API_AUTH_STRING: tasks get them from the secret."
  }
}

variable "cpu" {
  description = "CPU units of the worker; 1024 are one vCPU."
  type        = number
  default     = 512
  nullable    = false
}

variable "memory_mib" {
  description = "Memory of the worker in MiB."
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
  description = "`X86_64` or `ARM64`, for worker and flow runs: their images must offer it."
  type        = string
  default     = "X86_64"
  nullable    = false

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "cpu_architecture must be X86_64 or ARM64."
  }
}

variable "desired_count" {
  description = "How many tasks of the worker run; where they are scaled, at first."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.desired_count >= 0 && floor(var.desired_count) == var.desired_count
    error_message = "desired_count must be a whole number, 0 or more."
  }
}

variable "scaled" {
  description = "Whether something else, such as Application Auto Scaling, sets how many tasks run once the service is made. When it changes, a `moved` block must say that the service stays: see `docs/scaling.md`."
  type        = bool
  default     = false
  nullable    = false
}

variable "most_tasks" {
  description = "The most tasks there may be at once. By default `desired_count`."
  type        = number
  default     = null
}

variable "stop_timeout_seconds" {
  description = "Seconds between the request to stop and the kill, 2 to 120."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.stop_timeout_seconds >= 2 && var.stop_timeout_seconds <= 120
    error_message = "stop_timeout_seconds must be 2 to 120."
  }
}

variable "policy_arns" {
  description = "IAM policies of the worker beyond what it needs itself: ARNs, by any name."
  type        = map(string)
  default     = {}
  nullable    = false
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

variable "ephemeral_storage_gib" {
  description = "Disk of the worker in GiB, 20 to 200. AWS bills what is beyond 20."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = contains(range(20, 201), var.ephemeral_storage_gib)
    error_message = "ephemeral_storage_gib must be a whole number from 20 to 200."
  }
}

variable "zone_rebalancing" {
  description = "Whether ECS may stop tasks to spread the rest over the zones. It needs more than one task."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.zone_rebalancing || coalesce(var.most_tasks, var.desired_count) > 1
    error_message = "zone_rebalancing needs 2 tasks or more: a single one would only be stopped."
  }
}

variable "enable_execute_command" {
  description = "Whether ECS Exec may open a shell in the worker's tasks: whoever may call it sees what the worker sees."
  type        = bool
  default     = false
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

variable "flow_image" {
  description = "Image of flow runs. By default the worker's."
  type        = string
  default     = null
}

variable "flow_cpu_architecture" {
  description = "`X86_64` or `ARM64` for flow runs, where their images differ from the worker's."
  type        = string
  default     = null

  validation {
    condition = var.flow_cpu_architecture == null ? true : contains(
      ["X86_64", "ARM64"],
      var.flow_cpu_architecture
    )
    error_message = "flow_cpu_architecture must be X86_64 or ARM64."
  }
}

variable "flow_launch_type" {
  description = "`FARGATE`, or `FARGATE_SPOT` for flow runs that may be interrupted."
  type        = string
  default     = "FARGATE"
  nullable    = false

  validation {
    condition     = contains(["FARGATE", "FARGATE_SPOT"], var.flow_launch_type)
    error_message = "flow_launch_type must be FARGATE or FARGATE_SPOT."
  }
}

variable "flow_ephemeral_storage_gib" {
  description = "Disk of a flow run in GiB, 20 to 200. AWS bills what is beyond 20."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = contains(range(20, 201), var.flow_ephemeral_storage_gib)
    error_message = "flow_ephemeral_storage_gib must be a whole number from 20 to 200."
  }
}

variable "flow_tags" {
  description = "Tags of every flow run's task, to find its cost again."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "flow_cpu" {
  description = "CPU units of a flow run."
  type        = number
  default     = 512
  nullable    = false
}

variable "flow_memory_mib" {
  description = "Memory of a flow run in MiB."
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
        }[tostring(var.flow_cpu)],
        var.flow_memory_mib
      ),
      false
    )
    error_message = "flow_cpu and flow_memory_mib must be a pair that Fargate offers, such as 512 and 1024."
  }
}

variable "flow_environment" {
  description = "Environment variables of every flow run."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = length(
      setintersection(keys(var.flow_environment), ["PREFECT_API_KEY", "PREFECT_API_AUTH_STRING"])
    ) == 0
    error_message = "flow_environment must not hold PREFECT_API_KEY or PREFECT_API_AUTH_STRING: tasks get them from the secret."
  }
}

variable "flow_policy_arns" {
  description = "IAM policies that flow runs need: ARNs, by any name."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "flow_egress_cidrs" {
  description = "Where flow runs may connect to. Open, as databases are not on port 443."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.flow_egress_cidrs : can(cidrhost(cidr, 0))])
    error_message = "flow_egress_cidrs must be IPv4 or IPv6 ranges, such as 10.0.0.0/16."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
