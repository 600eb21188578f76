# The secrets with a mocked provider: whose they are, where their copies lie, how the cache's token changes.

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
  mock_data "aws_secretsmanager_random_password" {
    defaults = { random_password = "drawn" }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:one" }
  }
  mock_resource "aws_secretsmanager_secret_version" {
    defaults = { arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:one" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:rotation" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/rotation" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:rotation" }
  }
}

variables {
  name            = "brik-refunds-prod"
  tags            = { Environment = "prod" }
  services        = ["api", "request-manager", "gateway-integration", "parameter-resolution", "reporting-engine"]
  secrets_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/secrets"
  logs_key_arn    = "arn:aws:kms:eu-west-1:123456789012:key/logs"
  replica_region  = "eu-central-1"
  replica_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/secrets"
  alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:critical"

  network = {
    vpc_id                     = "vpc-1"
    subnet_ids                 = ["subnet-1", "subnet-2", "subnet-3"]
    endpoint_security_group_id = "sg-endpoints"
    cache_security_group_id    = "sg-cache"
  }
}

run "each_service_has_a_secret_of_its_own" {
  assert {
    condition     = toset(keys(output.service_secret_arns)) == var.services
    error_message = "Five services, five secrets."
  }
  assert {
    condition     = alltrue([for service, secret in aws_secretsmanager_secret.service : secret.name == "brik-refunds-prod/${service}"])
    error_message = "A secret is known by its service."
  }
  assert {
    condition     = alltrue([for version in aws_secretsmanager_secret_version.service : version.secret_string == "{}" && toset(version.version_stages) == toset(["AWSCURRENT", "made"])])
    error_message = "Terraform writes no settings, and its first version is never thrown away."
  }
}

run "secrets_are_encrypted_and_copied" {
  assert {
    condition = alltrue([for secret in concat(values(aws_secretsmanager_secret.service), [aws_secretsmanager_secret.redis_token]) :
      secret.kms_key_id == var.secrets_key_arn && one(secret.replica).region == "eu-central-1" && one(secret.replica).kms_key_id == var.replica_key_arn && secret.recovery_window_in_days == 30
    ])
    error_message = "Secrets are under our key, copied to the second region, and can be saved for a month."
  }
}

run "the_cache_gets_a_new_token_every_thirty_days" {
  assert {
    condition     = one(aws_secretsmanager_secret_rotation.redis_token.rotation_rules).automatically_after_days == 30
    error_message = "The token is changed by itself."
  }
  assert {
    condition     = jsondecode(aws_secretsmanager_secret_version.redis_token.secret_string).auth_token == "drawn" && data.aws_secretsmanager_random_password.token.password_length == 64 && data.aws_secretsmanager_random_password.token.exclude_punctuation
    error_message = "The token is long, random, and needs no escaping."
  }
  assert {
    condition     = aws_lambda_function.rotation.environment[0].variables["CACHE_GROUP_ID"] == "brik-refunds-prod-cache" && length(split(",", aws_lambda_function.rotation.environment[0].variables["SERVICE_SECRET_IDS"])) == 5
    error_message = "The function knows the cache, and whom to tell."
  }
  assert {
    condition     = aws_lambda_permission.rotation.principal == "secretsmanager.amazonaws.com" && aws_lambda_permission.rotation.source_account == "123456789012" && aws_lambda_permission.rotation.source_arn == aws_secretsmanager_secret.redis_token.arn
    error_message = "Only Secrets Manager calls the function, for this secret."
  }
  assert {
    condition     = aws_lambda_function.rotation.source_code_hash == filebase64sha256("rotation/rotation.zip") && aws_lambda_function.rotation.reserved_concurrent_executions == 1
    error_message = "What runs is the package, once at a time."
  }
}

run "the_function_may_change_the_token_and_nothing_else" {
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.rotation.policy).Statement : statement.Sid if contains(statement.Resource, "*")] == ["DrawToken"]
    error_message = "Only drawing random letters has no resource."
  }
  assert {
    condition     = alltrue(flatten([for statement in jsondecode(aws_iam_role_policy.rotation.policy).Statement : [for action in statement.Action : !strcontains(action, "*")]]))
    error_message = "Every call is named."
  }
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.rotation.policy).Statement : statement.Resource if statement.Sid == "TellCache"] == [["arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:brik-refunds-prod-cache"]]
    error_message = "It changes this cache."
  }
  assert {
    condition = { for name, rule in aws_vpc_security_group_egress_rule.rotation : name => [rule.from_port, rule.to_port, rule.referenced_security_group_id] } == {
      endpoints = [443, 443, "sg-endpoints"]
      cache     = [6379, 6379, "sg-cache"]
    }
    error_message = "It calls AWS and the cache, nobody else."
  }
}

run "the_function_is_encrypted_logged_and_alarmed" {
  assert {
    condition     = aws_lambda_function.rotation.kms_key_arn == var.secrets_key_arn && aws_cloudwatch_log_group.rotation.kms_key_id == var.logs_key_arn
    error_message = "Its environment and logs are under our keys."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.rotation.threshold == 0 && aws_cloudwatch_metric_alarm.rotation.alarm_actions == toset([var.alarm_topic_arn])
    error_message = "A failed rotation is told."
  }
}

run "rotation_rarer_than_a_quarter_is_refused" {
  command = plan
  variables {
    rotation_days = 365
  }
  expect_failures = [var.rotation_days]
}

run "recovery_of_a_day_is_refused" {
  command = plan
  variables {
    recovery_days = 1
  }
  expect_failures = [var.recovery_days]
}

run "place_that_is_no_region_is_refused" {
  command = plan
  variables {
    replica_region = "frankfurt"
  }
  expect_failures = [var.replica_region]
}

run "no_service_is_refused" {
  command = plan
  variables {
    services = []
  }
  expect_failures = [var.services]
}

run "function_in_one_zone_is_refused" {
  command = plan
  variables {
    network = {
      vpc_id                     = "vpc-1"
      subnet_ids                 = ["subnet-1"]
      endpoint_security_group_id = "sg-endpoints"
      cache_security_group_id    = "sg-cache"
    }
  }
  expect_failures = [var.network]
}
