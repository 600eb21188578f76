# The way in from the Internet.

module "edge" {
  source    = "../modules/edge"
  providers = { aws = aws, aws.global = aws.global }

  name                       = local.name
  tags                       = local.tags
  domain_name                = var.domain_name
  zone_id                    = var.zone_id
  vpc_id                     = module.network.vpc_id
  public_subnet_ids          = module.network.public_subnet_ids
  logs_bucket_name           = module.storage.bucket_names["access_logs"]
  logs_key_arn               = module.keys.key_arns["logs"]
  log_retention_days         = var.log_retention_days
  alarm_topic_arn            = module.observability.alarm_topic_arns["critical"]
  global_alarm_subscriptions = [for email in var.alarm_emails : { protocol = "email", endpoint = email }]
  failover                   = var.failover
  standby_region             = var.replica_region
  deletion_protection        = var.deletion_protection
}
