output "name" {
  description = "Name of the bucket. What keeps a state in it waits until it is closed and versioned."
  value       = aws_s3_bucket.this.id

  depends_on = [
    aws_s3_bucket_versioning.this,
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_policy.this,
  ]
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}
