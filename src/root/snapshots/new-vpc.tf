# Written by prefect-fargate from its config, and written anew by the next deploy: change the config instead.
# What it cannot say goes into a file of your own beside this one, such as override.tf.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = {
      ManagedBy     = "prefect-fargate"
      PrefectSystem = "us-east-1/prefect-cluster"
    }
  }
}

variable "prefect_api_key" {
  description = "Prefect API key, or user:password where the server asks for that, best given in the environment as TF_VAR_prefect_api_key. The provider asks for it in every plan; it is written when the secret is created and when prefect_api_key_version is raised."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true
}

variable "prefect_api_key_version" {
  description = "Raise it to write the key again: Terraform cannot see whether the key changed."
  type        = number
  default     = 1
}

locals {
  # A worker's name is in the addresses of all that belongs to it.
  workers = {
    dev-worker = {
      work_pool            = "ecs-work-pool"
      image                = "prefecthq/prefect:2-latest"
      extra_pip_packages   = ["prefect-aws==0.4.20"]
      environment          = {}
      cpu                  = 512
      memory_mib           = 1024
      desired_count        = 1
      stop_timeout_seconds = 60
      policy_arns          = {}
      flow_image           = "prefecthq/prefect:2-latest"
      flow_cpu             = 512
      flow_memory_mib      = 1024
      flow_environment     = {}
      flow_policy_arns     = {}
      flow_egress_cidrs    = ["0.0.0.0/0"]
    }
  }
}

module "network" {
  source = "./modules/network"

  name                    = "prefect-ecs-vpc"
  cidr_block              = "10.0.0.0/16"
  availability_zone_count = 3
}

module "cluster" {
  source = "./modules/cluster"

  name = "prefect-cluster"
}

# Workers register here: dev-worker.default.prefect.local is one's name in the VPC.
module "discovery" {
  source = "./modules/discovery"

  namespace = "default.prefect.local"
  vpc_id    = module.network.vpc_id
}

# The key is written to Secrets Manager and never kept here.
module "api_key" {
  source = "./modules/api-key"

  name            = "prefect-api-key"
  api_key         = var.prefect_api_key
  api_key_version = var.prefect_api_key_version
}

# ECS starts tasks with this role; code in them cannot use it.
module "task_execution_role" {
  source = "./modules/task-execution-role"

  name        = "prefect-task-execution-role"
  secret_arns = [module.api_key.secret_arn]
}

# A worker, and what its flow runs need. The pool's job template is among its outputs.
module "worker" {
  source   = "./modules/worker"
  for_each = local.workers

  name                 = each.key
  work_pool            = each.value.work_pool
  prefect_version      = 2
  prefect_api_url      = "https://api.prefect.cloud/api/accounts/6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b/workspaces/0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b"
  prefect_account_id   = "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b"
  prefect_workspace_id = "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b"
  api_key_secret_arn   = module.api_key.secret_arn
  cluster_arn          = module.cluster.arn
  vpc_id               = module.network.vpc_id
  subnet_ids           = module.network.private_subnet_ids
  assign_public_ip     = false
  namespace_id         = module.discovery.namespace_id
  execution_role_arn   = module.task_execution_role.arn
  image                = each.value.image
  extra_pip_packages   = each.value.extra_pip_packages
  environment          = each.value.environment
  cpu                  = each.value.cpu
  memory_mib           = each.value.memory_mib
  desired_count        = each.value.desired_count
  stop_timeout_seconds = each.value.stop_timeout_seconds
  policy_arns          = each.value.policy_arns
  log_retention_days   = 30
  flow_image           = each.value.flow_image
  flow_tags = {
    ManagedBy     = "prefect-fargate"
    PrefectSystem = "us-east-1/prefect-cluster"
  }
  flow_cpu          = each.value.flow_cpu
  flow_memory_mib   = each.value.flow_memory_mib
  flow_environment  = each.value.flow_environment
  flow_policy_arns  = each.value.flow_policy_arns
  flow_egress_cidrs = each.value.flow_egress_cidrs
}

output "region" {
  description = "Region of the system."
  value       = "us-east-1"
}

output "vpc_id" {
  description = "VPC in which tasks run."
  value       = module.network.vpc_id
}

output "subnet_ids" {
  description = "Subnets in which tasks run."
  value       = module.network.private_subnet_ids
}

output "availability_zones" {
  description = "Zones that were chosen, in the order that numbers their subnets."
  value       = module.network.availability_zones
}

output "cluster_name" {
  description = "Name of the ECS cluster."
  value       = module.cluster.name
}

output "cluster_arn" {
  description = "ARN of the ECS cluster."
  value       = module.cluster.arn
}

output "api_key_secret_arn" {
  description = "ARN of the secret that holds the Prefect API key."
  value       = module.api_key.secret_arn
}

output "execution_role_arn" {
  description = "ARN of the role with which ECS starts tasks."
  value       = module.task_execution_role.arn
}

output "workers" {
  description = "All that each worker's module gives, by the worker's name."
  value = {
    for name, worker in module.worker :
    name => {
      service_name           = worker.service_name
      service_arn            = worker.service_arn
      task_definition_arn    = worker.task_definition_arn
      task_role_arn          = worker.task_role_arn
      flow_task_role_arn     = worker.flow_task_role_arn
      security_group_id      = worker.security_group_id
      flow_security_group_id = worker.flow_security_group_id
      worker_log_group       = worker.worker_log_group
      flow_log_group         = worker.flow_log_group
      worker_type            = worker.worker_type
      work_pool              = worker.work_pool
      base_job_template      = worker.base_job_template
    }
  }
}
