# Hints between the services, and events for whoever listens. Losing any of these messages loses no refund.

module "queues" {
  source = "../modules/queues"

  name            = local.name
  tags            = local.tags
  queues_key_arn  = module.keys.key_arns["queues"]
  alarm_topic_arn = module.observability.alarm_topic_arns["warning"]

  # Hints are repeated by the sweep, so that old ones are worth nothing after a day.
  queues = {
    review = { visibility_timeout_s = 60, retention_s = 86400, receives_max = 5 }
    submit = { visibility_timeout_s = 120, retention_s = 86400, receives_max = 5 }
  }
}

module "events" {
  source = "../modules/events"

  name               = local.name
  tags               = local.tags
  queues_key_arn     = module.keys.key_arns["queues"]
  logs_key_arn       = module.keys.key_arns["logs"]
  archive_days       = 90
  log_retention_days = var.log_retention_days
  alarm_topic_arn    = module.observability.alarm_topic_arns["warning"]
}
