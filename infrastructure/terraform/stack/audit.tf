# Who did what in the account, and what is wrong there. The account-wide baseline is in cloudformation/.

module "audit" {
  source = "../modules/audit"

  name              = local.name
  tags              = local.tags
  audit_bucket_name = module.storage.bucket_names["audit"]
  audit_key_arn     = module.keys.key_arns["audit"]
  logs_key_arn      = module.keys.key_arns["logs"]
  alarm_topic_arn   = module.observability.alarm_topic_arns["critical"]
}
