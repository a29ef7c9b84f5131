# The execution role evaluated by Terraform itself, with AWS's answers made up.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
}

variables {
  secret_arns = ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:prefect-api-key-AbCdEf"]
}

run "reads_one_secret_and_no_other" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role_policy.read_secret[0].policy).Statement == [{ Sid = "ReadPrefectApiKey", Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:prefect-api-key-AbCdEf"] }]
    error_message = aws_iam_role_policy.read_secret[0].policy
  }
}

run "decrypts_with_the_keys_that_are_named" {
  command = plan

  variables {
    secret_kms_key_arns      = ["arn:aws:kms:eu-west-1:111122223333:key/0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b"]
    role_path                = "/prefect/"
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/limits"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.read_secret[0].policy).Statement[1].Action == "kms:Decrypt"
    error_message = aws_iam_role_policy.read_secret[0].policy
  }

  assert {
    condition     = aws_iam_role.this.path == "/prefect/" && aws_iam_role.this.permissions_boundary == "arn:aws:iam::111122223333:policy/limits"
    error_message = "path: ${aws_iam_role.this.path}"
  }
}

run "what_is_no_secret_is_refused" {
  command = plan

  variables {
    secret_arns = ["prefect-api-key"]
  }

  expect_failures = [var.secret_arns]
}

run "no_secret_needs_no_right" {
  command = plan

  variables {
    secret_arns = []
  }

  assert {
    condition     = length(aws_iam_role_policy.read_secret) == 0
    error_message = "The role may read a secret although there is none."
  }
}
