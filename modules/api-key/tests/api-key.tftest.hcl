# The key's module evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {}

run "the_key_is_written_and_not_kept" {
  command = apply

  variables {
    api_key = "pnu_for_this_test_only"
  }

  assert {
    condition     = aws_secretsmanager_secret.this.name == "prefect-api-key"
    error_message = "name: ${aws_secretsmanager_secret.this.name}"
  }

  assert {
    condition     = aws_secretsmanager_secret_version.this.secret_string_wo_version == 1 && aws_secretsmanager_secret_version.this.secret_string_wo == null
    error_message = "The state holds the key."
  }
}

run "another_key_is_written_when_the_version_is_raised" {
  command = plan

  variables {
    api_key         = "pnu_another"
    api_key_version = 2
  }

  assert {
    condition     = aws_secretsmanager_secret_version.this.secret_string_wo_version == 2
    error_message = "The version stays as it was."
  }
}

run "names_that_aws_refuses_are_refused" {
  command = plan

  variables {
    api_key = "pnu_another"
    name    = "prefect api key"
  }

  expect_failures = [var.name]
}
