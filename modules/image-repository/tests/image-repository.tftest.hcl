# The image repository evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {}

run "tags_stay_what_they_were" {
  command = plan

  assert {
    condition     = aws_ecr_repository.this.name == "prefect-worker" && aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE"
    error_message = "tags: ${aws_ecr_repository.this.image_tag_mutability}"
  }

  assert {
    condition     = one(aws_ecr_repository.this.image_scanning_configuration).scan_on_push
    error_message = "Nobody looks for known holes."
  }

  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this.policy).rules[*].selection.countNumber == [20]
    error_message = aws_ecr_lifecycle_policy.this.policy
  }
}

run "keeps_as_many_images_as_it_is_told" {
  command = plan

  variables {
    name        = "acme/prefect-worker"
    images_kept = 3
  }

  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this.policy).rules[*].selection.countNumber == [3]
    error_message = aws_ecr_lifecycle_policy.this.policy
  }
}

run "a_name_that_ecr_refuses_is_refused" {
  command = plan

  variables {
    name        = "Prefect"
    images_kept = 0
  }

  expect_failures = [var.name, var.images_kept]
}
