output "url" {
  description = "Where images are pushed to, without tag: `123456789012.dkr.ecr.us-east-1.amazonaws.com/prefect-worker`."
  value       = aws_ecr_repository.this.repository_url
}

output "arn" {
  description = "ARN of the repository."
  value       = aws_ecr_repository.this.arn
}
