# What is kept: buckets, their copies, and the cache. The database is the stack third_party/atlas.

module "storage" {
  source    = "../modules/storage"
  providers = { aws = aws, aws.replica = aws.replica }

  name             = local.name
  tags             = local.tags
  data_key_arn     = module.keys.key_arns["data"]
  audit_key_arn    = module.keys.key_arns["audit"]
  logs_key_arn     = module.keys.key_arns["logs"]
  replica_key_arns = module.keys.replica_key_arns
  retention_years  = 7
  object_lock      = var.object_lock
  alarm_topic_arn  = module.observability.alarm_topic_arns["critical"]

  permissions_boundary_arn = local.ceiling_arn
}

module "backup" {
  source    = "../modules/backup"
  providers = { aws = aws, aws.replica = aws.replica }

  name            = local.name
  tags            = local.tags
  resource_arns   = module.storage.backup_bucket_arns
  backup_key_arn  = module.keys.key_arns["backup"]
  replica_key_arn = module.keys.replica_key_arns["backup"]
  alarm_topic_arn = module.observability.alarm_topic_arns["critical"]
  vault_lock      = var.vault_lock

  central_vault_arn        = var.central_vault_arn
  permissions_boundary_arn = local.ceiling_arn
}

module "cache" {
  source = "../modules/cache"

  name               = local.name
  tags               = local.tags
  vpc_id             = module.network.vpc_id
  subnet_ids         = module.network.isolated_subnet_ids
  node_type          = var.cache.node_type
  shards             = var.cache.shards
  replicas_per_shard = var.cache.replicas_per_shard
  data_key_arn       = module.keys.key_arns["data"]
  logs_key_arn       = module.keys.key_arns["logs"]
  log_retention_days = var.log_retention_days
  auth_secret_arn    = module.secrets.redis_auth_secret_arn
  alarm_topic_arn    = module.observability.alarm_topic_arns["critical"]
}
