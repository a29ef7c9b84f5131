# The state's bucket evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {
  override_during = plan

  mock_resource "aws_s3_bucket" {
    defaults = {
      id  = "acme-terraform-state"
      arn = "arn:aws:s3:::acme-terraform-state"
    }
  }
}

variables {
  name = "acme-terraform-state"
}

run "is_closed_and_versioned" {
  command = plan

  assert {
    condition     = one(aws_s3_bucket_versioning.this.versioning_configuration).status == "Enabled"
    error_message = "A state that is overwritten is gone."
  }

  assert {
    condition     = alltrue([aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy, aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets])
    error_message = "Somebody from outside may read it."
  }

  assert {
    condition     = [for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement : [statement.Effect, statement.Condition.Bool["aws:SecureTransport"]]] == [["Deny", "false"]]
    error_message = aws_s3_bucket_policy.this.policy
  }

  assert {
    condition     = one(aws_s3_bucket_ownership_controls.this.rule).object_ownership == "BucketOwnerEnforced"
    error_message = "Others' objects may be in it."
  }
}

run "old_versions_go_in_time" {
  command = plan

  variables {
    old_version_days  = 7
    old_versions_kept = 5
  }

  assert {
    condition     = [for expiration in one(aws_s3_bucket_lifecycle_configuration.this.rule).noncurrent_version_expiration : [expiration.noncurrent_days, expiration.newer_noncurrent_versions]] == [[7, 5]]
    error_message = jsonencode(aws_s3_bucket_lifecycle_configuration.this.rule)
  }
}

run "what_s3_refuses_is_refused" {
  command = plan

  variables {
    name              = "Acme_State"
    old_version_days  = 0
    old_versions_kept = 101
  }

  expect_failures = [var.name, var.old_version_days, var.old_versions_kept]
}
