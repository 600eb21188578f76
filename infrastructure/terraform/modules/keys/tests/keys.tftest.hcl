# The keys with mocked providers: purposes, rotation, copies, and who may do what.

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
    defaults = {
      arn    = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1"
      key_id = "mrk-1"
    }
  }
}

mock_provider "aws" {
  alias = "replica"

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
  mock_resource "aws_kms_replica_key" {
    defaults = {
      arn    = "arn:aws:kms:eu-central-1:123456789012:key/mrk-1"
      key_id = "mrk-1"
    }
  }
}

variables {
  name = "brik-refunds-prod"
  tags = { Environment = "prod" }
}

run "each_purpose_has_its_key" {
  assert {
    condition     = toset(keys(output.key_arns)) == toset(["data", "logs", "secrets", "queues", "audit", "backup"])
    error_message = "Six purposes, six keys."
  }
  assert {
    condition     = alltrue([for key in aws_kms_key.this : key.multi_region && key.enable_key_rotation && key.rotation_period_in_days == 365 && key.deletion_window_in_days == 30])
    error_message = "Keys are multi-region, rotate yearly and can be saved for a month."
  }
  assert {
    condition     = alltrue([for purpose, alias in aws_kms_alias.this : alias.name == "alias/brik-refunds-prod-${purpose}"])
    error_message = "A key is found by its purpose."
  }
}

run "copies_wait_in_the_second_region" {
  assert {
    condition     = toset(keys(output.replica_key_arns)) == toset(["data", "logs", "secrets", "audit", "backup"])
    error_message = "Everything that is kept is replicated; messages are not."
  }
  assert {
    condition     = alltrue([for purpose, key in aws_kms_replica_key.this : key.primary_key_arn == aws_kms_key.this[purpose].arn])
    error_message = "A copy belongs to its primary."
  }
  assert {
    condition     = contains(jsondecode(aws_kms_replica_key.this["data"].policy).Statement[1].Condition.StringEquals["kms:ViaService"], "s3.eu-central-1.amazonaws.com")
    error_message = "In the second region, its own services use the copy."
  }
}

run "nobody_but_the_account_and_named_services_may_use_a_key" {
  assert {
    condition = alltrue(flatten([for policy in concat([for key in aws_kms_key.this : key.policy], [for key in aws_kms_replica_key.this : key.policy], [aws_kms_key.anchor.policy]) :
      [for statement in jsondecode(policy).Statement :
        statement.Effect == "Allow" && (try(statement.Principal.AWS, "") == "arn:aws:iam::123456789012:root" || can(regex("^[a-z0-9.-]+\\.amazonaws\\.com$", statement.Principal.Service)))
      ]
    ]))
    error_message = "No wildcard, no stranger."
  }
  assert {
    condition = alltrue(flatten([for key in aws_kms_key.this : [for statement in jsondecode(key.policy).Statement :
      statement.Sid == "Administer" || can(keys(statement.Condition))
    ]]))
    error_message = "Every use is bound by a condition."
  }
  assert {
    condition = alltrue(flatten([for key in aws_kms_key.this : [for action in jsondecode(key.policy).Statement[0].Action :
      !contains(["kms:*", "kms:Decrypt", "kms:Encrypt", "kms:CreateGrant"], action) && !strcontains(action, "*") && !startswith(action, "kms:GenerateDataKey")
    ]]))
    error_message = "To administer is not to use."
  }
}

run "each_key_is_used_through_its_services_only" {
  assert {
    condition = { for purpose, key in aws_kms_key.this : purpose => jsondecode(key.policy).Statement[1].Condition.StringEquals["kms:ViaService"] } == {
      data    = ["s3.eu-west-1.amazonaws.com", "elasticache.eu-west-1.amazonaws.com", "ecr.eu-west-1.amazonaws.com"]
      logs    = ["s3.eu-west-1.amazonaws.com", "firehose.eu-west-1.amazonaws.com"]
      secrets = ["secretsmanager.eu-west-1.amazonaws.com", "lambda.eu-west-1.amazonaws.com"]
      queues  = ["sqs.eu-west-1.amazonaws.com", "events.eu-west-1.amazonaws.com"]
      audit   = ["s3.eu-west-1.amazonaws.com"]
      backup  = ["backup.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com"]
    }
    error_message = "A key of one purpose must not serve another."
  }
  assert {
    condition = { for purpose, key in aws_kms_key.this : purpose => [for statement in jsondecode(key.policy).Statement : statement.Principal.Service if can(statement.Principal.Service)] } == {
      data    = []
      logs    = ["logs.eu-west-1.amazonaws.com"]
      secrets = []
      queues  = ["events.amazonaws.com"]
      audit   = ["cloudtrail.amazonaws.com"]
      backup  = []
    }
    error_message = "AWS services use only the keys of what they write."
  }
  assert {
    condition     = jsondecode(aws_kms_key.this["logs"].policy).Statement[3].Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"] == "arn:aws:logs:eu-west-1:123456789012:log-group:*"
    error_message = "CloudWatch Logs uses the key for this account's log groups."
  }
  assert {
    condition = alltrue(flatten([for key in aws_kms_key.this : [for statement in jsondecode(key.policy).Statement :
      statement.Condition.Bool["kms:GrantIsForAWSResource"] == "true" if contains(statement.Action, "kms:CreateGrant")
    ]]))
    error_message = "Grants are for AWS resources only."
  }
}

run "atlas_asks_for_the_data_key_itself" {
  assert {
    condition = { for purpose, key in aws_kms_key.this : purpose => [for statement in jsondecode(key.policy).Statement : [statement.Action, statement.Condition.ArnEquals["aws:PrincipalArn"]] if can(statement.Condition.ArnEquals["aws:PrincipalArn"])] } == {
      data    = [[["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"], "arn:aws:iam::123456789012:role/brik-refunds-prod-atlas"]]
      logs    = []
      secrets = []
      queues  = []
      audit   = []
      backup  = []
    }
    error_message = "Atlas's role, and no other, uses a key without a service between: it encrypts and decrypts."
  }
}

run "anchors_are_sealed_by_a_key_that_only_makes_codes" {
  assert {
    condition     = aws_kms_key.anchor.key_usage == "GENERATE_VERIFY_MAC" && aws_kms_key.anchor.customer_master_key_spec == "HMAC_256"
    error_message = "The anchor key makes and checks codes."
  }
  assert {
    condition     = jsondecode(aws_kms_key.anchor.policy).Statement[1].Action == ["kms:DescribeKey", "kms:GenerateMac", "kms:VerifyMac"]
    error_message = "Nothing else can be done with it."
  }
}

run "everything_is_tagged" {
  assert {
    condition     = alltrue([for key in concat(values(aws_kms_key.this), [aws_kms_key.anchor]) : key.tags["Environment"] == "prod" && startswith(key.tags["Name"], "brik-refunds-prod-")])
    error_message = "Tags say whose it is."
  }
}

run "hasty_deletion_is_refused" {
  command = plan
  variables {
    deletion_window_days = 1
  }
  expect_failures = [var.deletion_window_days]
}

run "rotation_rarer_than_a_year_is_refused" {
  command = plan
  variables {
    rotation_period_days = 1000
  }
  expect_failures = [var.rotation_period_days]
}
