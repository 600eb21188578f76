# The keys under which everything lies, and the services' secrets.

module "keys" {
  source    = "../modules/keys"
  providers = { aws = aws, aws.replica = aws.replica }

  name                 = local.name
  tags                 = local.tags
  deletion_window_days = var.key_deletion_window_days
}

module "secrets" {
  source = "../modules/secrets"

  name            = local.name
  tags            = local.tags
  services        = toset(keys(var.services))
  secrets_key_arn = module.keys.key_arns["secrets"]
  replica_region  = var.replica_region
  replica_key_arn = module.keys.replica_key_arns["secrets"]
  rotation_days   = 90
}
