# Who signs in, what the pipeline may do, and the most that any role can be allowed.

# Made once per account by cloudformation/bootstrap.yaml, with which the pipeline begins: the provider that it signs in by,
# and the ceiling of roles that only AWS's own services take, which need more than the product's boundary leaves. The
# role that applies makes no role without the one or the other, and can change neither.
data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  iam               = "arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}"
  oidc_provider_arn = "${local.iam}:oidc-provider/token.actions.githubusercontent.com"
  ceiling_arn       = "${local.iam}:policy/${local.name}-ceiling"
}

module "identity" {
  source = "../modules/identity"

  name                = local.name
  tags                = local.tags
  mfa                 = var.mfa
  deletion_protection = var.deletion_protection
  repository          = var.repository
  environment         = var.environment
  oidc_provider_arn   = local.oidc_provider_arn
  logs_key_arn        = module.keys.key_arns["logs"]
  log_retention_days  = var.log_retention_days
  alarm_topic_arn     = module.observability.alarm_topic_arns["critical"]

  consoles = { for console in ["pike", "barracuda"] : console => {
    callback_urls = ["https://${var.domain_name}/${console}/signed-in"]
    logout_urls   = ["https://${var.domain_name}/${console}/"]
  } }
}
