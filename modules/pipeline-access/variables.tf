variable "name" {
  description = "Begins the names of the roles and policies."
  type        = string
  default     = "prefect-fargate"
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "name must hold 1 to 64 letters, digits and +=,.@_- characters."
  }
}

variable "github_repository" {
  description = "GitHub repository: `owner/name`, or `owner@123/name@456` where its OIDC tokens carry numbers."
  type        = string
  default     = null

  validation {
    condition = var.github_repository == null || can(
      regex("^[A-Za-z0-9][A-Za-z0-9-]*(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?$", var.github_repository)
    )
    error_message = "github_repository must name one repository, without wildcards."
  }
}

variable "github_environments" {
  description = "GitHub environments whose jobs may apply."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.github_environments : can(regex("^[A-Za-z0-9._-]+$", name))])
    error_message = "github_environments must be names of letters, digits and ._- characters, without wildcards."
  }
}

variable "circleci_organization_id" {
  description = "CircleCI organization, a UUID."
  type        = string
  default     = null

  validation {
    condition = var.circleci_organization_id == null || can(
      regex("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", var.circleci_organization_id)
    )
    error_message = "circleci_organization_id must be a UUID."
  }
}

variable "circleci_project_id" {
  description = "CircleCI project, a UUID."
  type        = string
  default     = null

  validation {
    condition = var.circleci_project_id == null || can(
      regex("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", var.circleci_project_id)
    )
    error_message = "circleci_project_id must be a UUID."
  }

  validation {
    condition     = (var.circleci_project_id == null) == (var.circleci_organization_id == null)
    error_message = "circleci_project_id and circleci_organization_id belong together: without the project, all of an organization's would be trusted."
  }

  validation {
    condition     = (var.circleci_project_id == null) != (var.github_repository == null)
    error_message = "Give github_repository, or circleci_organization_id and circleci_project_id: somebody must be trusted, and only one."
  }
}

variable "circleci_vcs_origin" {
  description = "Repository of the CircleCI project, as its tokens name it: `github.com/owner/name`."
  type        = string
  default     = null

  validation {
    condition = var.circleci_vcs_origin == null || can(
      regex("^[A-Za-z0-9.-]+(/[A-Za-z0-9._-]+)+$", var.circleci_vcs_origin)
    )
    error_message = "circleci_vcs_origin must name one repository, without scheme and wildcards."
  }

  validation {
    condition     = (var.circleci_vcs_origin == null) == (var.circleci_project_id == null)
    error_message = "circleci_vcs_origin and circleci_project_id belong together: without it, forks of the repository would be trusted."
  }
}

variable "branch" {
  description = "The branch from which is deployed."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]*$", var.branch))
    error_message = "branch must name one branch, without wildcards."
  }
}

variable "oidc_provider_arn" {
  description = "OIDC provider that exists: an account can have one for each address. By default it is created."
  type        = string
  default     = null
}

variable "state_bucket" {
  description = "Bucket of the Terraform state."
  type        = string
  nullable    = false
}

variable "state_key" {
  description = "The state's object in it; the lock lies beside it."
  type        = string
  nullable    = false
}

variable "modules" {
  description = "Modules that the system consists of."
  type        = list(string)
  default     = ["network", "cluster", "discovery", "api-key", "task-execution-role", "worker"]
  nullable    = false

  validation {
    condition = alltrue([
      for module in var.modules :
      contains(
        [
          "network",
          "public-network",
          "isolated-network",
          "endpoints",
          "flow-logs",
          "cluster",
          "cluster-capacity",
          "discovery",
          "api-key",
          "task-execution-role",
          "worker",
          "process-worker",
          "target-tracking",
          "image-repository",
          "load-balancer",
          "service",
          "scaler",
        ],
        module
      )
    ])
    error_message = "modules can be network, public-network, isolated-network, endpoints, flow-logs, cluster, cluster-capacity, discovery, api-key, task-execution-role, worker, process-worker, target-tracking, image-repository, load-balancer, service, scaler."
  }
}

variable "cluster_name" {
  description = "Name of the ECS cluster."
  type        = string
  default     = "prefect-cluster"
  nullable    = false
}

variable "execution_role_name" {
  description = "Name of the task execution role."
  type        = string
  default     = "prefect-task-execution-role"
  nullable    = false
}

variable "secret_name" {
  description = "Name of the API key's secret, when the system creates it."
  type        = string
  default     = "prefect-api-key"
  nullable    = false
}

variable "secret_arns" {
  description = "Secrets and parameters that exist and that tasks read."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "workers" {
  description = "Names of the workers."
  type        = list(string)
  default     = ["dev-worker"]
  nullable    = false

  validation {
    condition     = alltrue([for name in var.workers : can(regex("^[A-Za-z0-9._-]+$", name))])
    error_message = "workers must be names of letters, digits and ._- characters, without wildcards."
  }
}

variable "services" {
  description = "Names of the services beside them."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.services : can(regex("^[A-Za-z0-9._-]+$", name))])
    error_message = "services must be names of letters, digits and ._- characters, without wildcards."
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

variable "policy_arns" {
  description = "Policies that workers and flow runs get, beside AWS's own for ECS tasks."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "task_actions" {
  description = "What tasks may do at most, beside what the system itself needs: the actions of `policy_arns`, such as `s3:GetObject`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for action in var.task_actions :
      can(regex("^[a-z0-9-]+:([A-Z][A-Za-z]*[*]?|[*])$", action)) && !can(
        regex("^(account|iam|organizations|sso|sso-admin|sts):", action)
      )
    ])
    error_message = "task_actions must name actions of one service each, such as s3:GetObject or s3:Get*, and none of IAM, STS or the account."
  }

  validation {
    condition     = length(var.policy_arns) == 0 || length(var.task_actions) > 0
    error_message = "policy_arns give nothing that task_actions do not name."
  }
}

variable "image_repository_name" {
  description = "Name of the ECR repository that the system has for its images."
  type        = string
  default     = "prefect-worker"
  nullable    = false
}

variable "flows_repository" {
  description = "ECR repository to which the pipeline pushes the image of flows."
  type        = string
  default     = null
}

variable "resource_tags" {
  description = "Tags by which the system's resources are known: those of its provider."
  type        = map(string)
  default     = { ManagedBy = "prefect-fargate" }
  nullable    = false

  validation {
    condition     = length(var.resource_tags) > 0
    error_message = "resource_tags needs at least one tag."
  }
}

variable "tags" {
  description = "Tags of every resource, beside the provider's `default_tags`."
  type        = map(string)
  default     = {}
  nullable    = false
}
