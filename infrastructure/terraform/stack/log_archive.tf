# The services' logs leave CloudWatch for the bucket of logs as they come, where they stay seven years.

module "log_archive" {
  source = "../modules/log_archive"

  name               = local.name
  tags               = local.tags
  log_group_names    = { for service, made in module.services : service => made.log_group_name }
  logs_bucket_arn    = module.storage.bucket_arns["logs"]
  logs_key_arn       = module.keys.key_arns["logs"]
  log_retention_days = var.log_retention_days
  alarm_topic_arn    = module.observability.alarm_topic_arns["critical"]

  permissions_boundary_arn = module.identity.permissions_boundary_arn
}
