# Who did what in the account, and what is wrong there. Where cloudformation/audit-baseline.yaml watches the account
# already, its detector and recorder are used.

module "audit" {
  source = "../modules/audit"

  name                = local.name
  tags                = local.tags
  audit_bucket_name   = module.storage.bucket_names["audit"]
  history_bucket_name = module.storage.bucket_names["access_logs"]
  audit_key_arn       = module.keys.key_arns["audit"]
  logs_key_arn        = module.keys.key_arns["logs"]
  log_retention_days  = var.log_retention_days
  alarm_topic_arn     = module.observability.alarm_topic_arns["critical"]
  has_baseline        = var.audit_baseline

  permissions_boundary_arn = local.ceiling_arn
}
