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

  name               = local.name
  tags               = local.tags
  services           = toset(keys(var.services))
  secrets_key_arn    = module.keys.key_arns["secrets"]
  logs_key_arn       = module.keys.key_arns["logs"]
  replica_region     = var.replica_region
  replica_key_arn    = module.keys.replica_key_arns["secrets"]
  recovery_days      = var.key_deletion_window_days
  log_retention_days = var.log_retention_days
  alarm_topic_arn    = module.observability.alarm_topic_arns["warning"]

  permissions_boundary_arn = module.identity.permissions_boundary_arn

  network = {
    vpc_id                     = module.network.vpc_id
    subnet_ids                 = module.network.isolated_subnet_ids
    endpoint_security_group_id = module.network.endpoint_security_group_id
    cache_security_group_id    = module.cache.security_group_id
  }
}
