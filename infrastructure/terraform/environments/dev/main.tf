# One environment: the stack, in its home region, with its copies in a second one. Byte-equal in all environments; what
# differs stands in terraform.tfvars.

provider "aws" {
  region = var.home_region
}

provider "aws" {
  alias  = "replica"
  region = var.replica_region
}

# CloudFront takes its certificate and its firewall from here alone.
provider "aws" {
  alias  = "global"
  region = "us-east-1"
}

module "stack" {
  source = "../../stack"

  providers = {
    aws         = aws
    aws.replica = aws.replica
    aws.global  = aws.global
  }

  environment                 = var.environment
  owner                       = var.owner
  replica_region              = var.replica_region
  cidr                        = var.cidr
  nat_gateways                = var.nat_gateways
  interface_endpoint_az_count = var.interface_endpoint_az_count
  domain_name                 = var.domain_name
  zone_id                     = var.zone_id
  failover                    = var.failover
  image_tag                   = var.image_tag
  services                    = var.services
  use_spot                    = var.use_spot
  cache                       = var.cache
  object_lock                 = var.object_lock
  vault_lock                  = var.vault_lock
  central_vault_arn           = var.central_vault_arn
  key_deletion_window_days    = var.key_deletion_window_days
  deletion_protection         = var.deletion_protection
  mfa                         = var.mfa
  log_retention_days          = var.log_retention_days
  audit_baseline              = var.audit_baseline
  log_level                   = var.log_level
  alarm_emails                = var.alarm_emails
  repository                  = var.repository
}
