variable "cluster_name" {
  description = "Name of the cluster."
  type        = string
  nullable    = false
}

variable "cluster_arn" {
  description = "ARN of the cluster, given back when it has the providers."
  type        = string
  nullable    = false
}
