# Who signs in, what the pipeline may do, and the most that any role can be allowed.

module "identity" {
  source = "../modules/identity"

  name                = local.name
  tags                = local.tags
  mfa                 = var.mfa
  deletion_protection = var.deletion_protection
  repository          = var.repository
  environment         = var.environment
  oidc_provider_arn   = var.oidc_provider_arn

  consoles = { for console in ["pike", "barracuda"] : console => {
    callback_urls = ["https://${var.domain_name}/${console}/signed-in"]
    logout_urls   = ["https://${var.domain_name}/${console}/"]
  } }
}
