# People, software and the pipeline, planned and applied with a mocked provider.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_resource "aws_cognito_user_pool" {
    defaults = { id = "eu-west-1_abc", arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/brik" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:claims" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:claims" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/brik" }
  }
}

variables {
  name        = "brik-refunds-prod"
  tags        = { Environment = "prod" }
  repository  = "brik/refunds"
  environment = "prod"
  consoles    = { barracuda = { callback_urls = ["https://barracuda.example.com/callback"], logout_urls = ["https://barracuda.example.com/"] } }
  machines    = { platform = ["payments.record", "refunds.request"] }
}

run "as_given" {
  # everybody shows a second factor
  assert {
    condition     = aws_cognito_user_pool.this.mfa_configuration == "ON" && one(aws_cognito_user_pool.this.software_token_mfa_configuration).enabled
    error_message = "The pool must ask everybody for a second factor."
  }
  # nobody signs up alone, nobody deletes the pool
  assert {
    condition     = one(aws_cognito_user_pool.this.admin_create_user_config).allow_admin_create_user_only && aws_cognito_user_pool.this.deletion_protection == "ACTIVE"
    error_message = "Only administrators may add people, and the pool must refuse to be deleted."
  }
  # access tokens get the claims that the product reads, and no device stands for a factor
  assert {
    condition     = aws_cognito_user_pool.this.lambda_config[0].pre_token_generation_config[0].lambda_version == "V2_0" && aws_cognito_user_pool.this.lambda_config[0].pre_token_generation_config[0].lambda_arn == aws_lambda_function.claims.arn && length(aws_cognito_user_pool.this.device_configuration) == 0
    error_message = "The function must be called for access tokens, and no device may be remembered."
  }
  assert {
    condition     = aws_lambda_function.claims.environment[0].variables == tomap({ MFA = "ON" }) && aws_lambda_permission.claims.source_arn == aws_cognito_user_pool.this.arn
    error_message = "The function must know whether all show a factor, and only the pool may call it."
  }
  # groups are the product's roles
  assert {
    condition     = toset(keys(aws_cognito_user_group.role)) == toset(["platform_admin", "bank_admin", "program_admin", "organization_admin", "merchant_admin", "support_staff", "service", "auditor"])
    error_message = "Each role must be a group."
  }
  # a console has no secret and cannot write the scope
  assert {
    condition     = aws_cognito_user_pool_client.console["barracuda"].generate_secret == false && aws_cognito_user_pool_client.console["barracuda"].allowed_oauth_flows == toset(["code"]) && !contains(aws_cognito_user_pool_client.console["barracuda"].write_attributes, "custom:scope_id")
    error_message = "A console takes a code, has no secret, and cannot widen its user's scope."
  }
  assert {
    condition     = aws_cognito_user_pool_client.console["barracuda"].access_token_validity == 15
    error_message = "Tokens must live 15 minutes."
  }
  # software gets the scopes that it was given
  assert {
    condition     = aws_cognito_user_pool_client.machine["platform"].allowed_oauth_scopes == toset(["refunds/payments.record", "refunds/refunds.request"])
    error_message = "Software must get its scopes and no other."
  }
  assert {
    condition     = output.jwks_url == "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc/.well-known/jwks.json"
    error_message = "The keys are below the issuer."
  }
  # the pipeline is one repository's jobs in one environment
  assert {
    condition     = contains(flatten([for condition in data.aws_iam_policy_document.pipeline_trust.statement[0].condition : condition.values if endswith(condition.variable, ":sub") && condition.test == "StringEquals"]), "repo:brik/refunds:environment:prod")
    error_message = "The role must trust exactly this repository and environment."
  }
  assert {
    condition     = contains(flatten([for condition in data.aws_iam_policy_document.pipeline_trust.statement[0].condition : condition.values if endswith(condition.variable, ":aud")]), "sts.amazonaws.com")
    error_message = "The token must be made for AWS."
  }
  # it may do everywhere only what AWS gives no resource
  assert {
    condition     = toset(flatten([for statement in data.aws_iam_policy_document.pipeline.statement : statement.actions if contains(statement.resources, "*")])) == toset(["ecr:GetAuthorizationToken", "ecs:RegisterTaskDefinition", "ecs:DescribeTaskDefinition", "cloudwatch:DescribeAlarms"])
    error_message = "Other rights must name their resources."
  }
  assert {
    condition     = length([for statement in data.aws_iam_policy_document.pipeline.statement : statement if anytrue([for action in statement.actions : endswith(action, "*") || startswith(action, "iam:") && action != "iam:PassRole"])]) == 0
    error_message = "The pipeline may have no right by wildcard, and none over rights."
  }
  assert {
    condition     = aws_iam_role.pipeline.permissions_boundary == aws_iam_policy.boundary.arn && aws_iam_role.claims.permissions_boundary == aws_iam_policy.boundary.arn
    error_message = "The roles of the pipeline and of the claims' function must stand inside the boundary."
  }
  # the boundary denies touching the evidence
  assert {
    condition     = length(setsubtract(["cloudtrail:StopLogging", "s3:BypassGovernanceRetention", "kms:ScheduleKeyDeletion", "backup:DeleteRecoveryPoint"], flatten([for statement in data.aws_iam_policy_document.boundary.statement : statement.actions if statement.effect == "Deny"]))) == 0
    error_message = "The trail and the evidence must be out of reach."
  }
  assert {
    condition     = aws_iam_role.pipeline.tags == tomap({ Environment = "prod", Name = "brik-refunds-prod-pipeline" })
    error_message = "Tags of the caller and a name are expected."
  }
}

run "the_account_keeps_the_provider_that_it_has" {
  command = plan

  variables {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "A second provider of one address cannot be made."
  }
}

run "a_repository_with_a_wildcard_is_refused" {
  command = plan

  variables {
    repository = "brik/*"
  }

  expect_failures = [var.repository]
}

run "a_scope_that_does_not_exist_is_refused" {
  command = plan

  variables {
    machines = { platform = ["everything"] }
  }

  expect_failures = [var.machines]
}

run "a_second_factor_cannot_be_switched_off" {
  command = plan

  variables {
    mfa = "OFF"
  }

  expect_failures = [var.mfa]
}
