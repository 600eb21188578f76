# The keys with mocked providers: in two regions, renewed, each for its purpose and for nobody in general.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-mock" }
  }
}

mock_provider "aws" {
  alias = "replica"

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
  mock_resource "aws_kms_replica_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:123456789012:key/mrk-mock" }
  }
}

variables {
  name = "brik-refunds-prod"
  tags = { Environment = "prod" }
}

run "each_purpose_has_its_key_in_two_regions" {
  assert {
    condition     = toset(keys(output.key_arns)) == toset(["audit", "backup", "data", "logs", "queues", "secrets"]) && keys(output.key_arns) == keys(output.replica_key_arns)
    error_message = "Every purpose needs its key, here and in the second region."
  }
  assert {
    condition     = alltrue([for key in aws_kms_key.this : key.multi_region]) && alltrue([for arn in values(output.replica_key_arns) : strcontains(arn, ":eu-central-1:")])
    error_message = "Copies must be readable in the second region."
  }
  assert {
    condition     = [for alias in aws_kms_alias.this : alias.name] == [for alias in aws_kms_alias.replica : alias.name]
    error_message = "A key is called the same in both regions."
  }
}

run "keys_are_renewed_and_slow_to_delete" {
  assert {
    condition     = alltrue([for key in aws_kms_key.this : key.enable_key_rotation && key.rotation_period_in_days == 365])
    error_message = "AWS must take new material every year."
  }
  assert {
    condition     = alltrue([for key in concat(values(aws_kms_key.this), [aws_kms_key.anchor]) : key.deletion_window_in_days == 30])
    error_message = "A deletion can be called off for thirty days."
  }
}

run "nobody_in_general_may_do_anything" {
  assert {
    condition = alltrue([for policy in concat([for key in aws_kms_key.this : key.policy], [for key in aws_kms_replica_key.this : key.policy], [aws_kms_key.anchor.policy]) :
      alltrue([for statement in jsondecode(policy).Statement : !strcontains(jsonencode(statement.Principal), "*")])
    ])
    error_message = "A principal must be named."
  }
  assert {
    condition = alltrue([for policy in concat([for key in aws_kms_key.this : key.policy], [for key in aws_kms_replica_key.this : key.policy], [aws_kms_key.anchor.policy]) :
      alltrue([for statement in jsondecode(policy).Statement : !contains(statement.Action, "kms:*")])
    ])
    error_message = "Managing a key must not be using it."
  }
  assert {
    condition = alltrue([for key in aws_kms_key.this : alltrue([for statement in jsondecode(key.policy).Statement :
      can(statement.Condition) if can(statement.Principal.Service)
    ])])
    error_message = "A service of AWS works for this account only."
  }
}

run "a_key_is_used_for_its_purpose_only" {
  assert {
    condition = {
      for purpose, key in aws_kms_key.this : purpose => jsondecode(key.policy).Statement[1].Condition.StringEquals["kms:ViaService"]
      } == {
      audit   = ["cloudtrail.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com"]
      backup  = ["backup.eu-west-1.amazonaws.com"]
      data    = ["ecr.eu-west-1.amazonaws.com", "elasticache.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com"]
      logs    = ["logs.eu-west-1.amazonaws.com"]
      queues  = ["events.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"]
      secrets = ["lambda.eu-west-1.amazonaws.com", "secretsmanager.eu-west-1.amazonaws.com"]
    }
    error_message = "A key is used through the services of its purpose only."
  }
  assert {
    condition = {
      for purpose, key in aws_kms_key.this : purpose => toset([for statement in jsondecode(key.policy).Statement : statement.Principal.Service if can(statement.Principal.Service)])
      } == {
      audit   = toset(["cloudtrail.amazonaws.com", "config.amazonaws.com"])
      backup  = toset([])
      data    = toset([])
      logs    = toset(["logs.eu-west-1.amazonaws.com"])
      queues  = toset(["events.amazonaws.com"])
      secrets = toset(["logs.eu-west-1.amazonaws.com"])
    }
    error_message = "Only the services of its purpose use a key by themselves."
  }
  assert {
    condition     = jsondecode(aws_kms_replica_key.this["data"].policy).Statement[1].Condition.StringEquals["kms:ViaService"][2] == "s3.eu-central-1.amazonaws.com"
    error_message = "In the second region a key is used through that region's services."
  }
}

run "logs_are_those_of_this_environment" {
  assert {
    condition     = jsondecode(aws_kms_key.this["logs"].policy).Statement[3].Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"] == "arn:aws:logs:eu-west-1:123456789012:log-group:*brik-refunds-prod*"
    error_message = "Log groups of another environment have another key."
  }
}

run "anchors_are_sealed_by_hmac" {
  assert {
    condition     = aws_kms_key.anchor.customer_master_key_spec == "HMAC_256" && aws_kms_key.anchor.key_usage == "GENERATE_VERIFY_MAC" && aws_kms_key.anchor.multi_region
    error_message = "Anchors are sealed by a key that can do nothing else, verifiable in both regions."
  }
  assert {
    condition     = jsondecode(aws_kms_key.anchor.policy).Statement[1].Action == ["kms:GenerateMac", "kms:VerifyMac"]
    error_message = "The seal seals and verifies."
  }
}

run "key_gone_within_a_week_is_refused" {
  command = plan
  variables {
    deletion_window_days = 6
  }
  expect_failures = [var.deletion_window_days]
}

run "key_never_renewed_is_refused" {
  command = plan
  variables {
    rotation_period_days = 366
  }
  expect_failures = [var.rotation_period_days]
}
