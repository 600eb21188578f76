# What Atlas itself can tell. How far the relay lags behind the oplog only the relay knows: the alarm at a quarter of
# the retention is Datadog's (third_party/datadog, relay_lag.tf). Here: the oplog must not get shorter than promised.

locals {
  thresholds = {
    oplog_window_short = { metric = "OPLOG_MASTER_TIME", operator = "LESS_THAN", threshold = var.oplog_min_retention_hours, units = "HOURS", critical = true }
    replication_lag    = { metric = "OPLOG_SLAVE_LAG_MASTER_TIME", operator = "GREATER_THAN", threshold = 60, units = "SECONDS", critical = true }
    disk_full          = { metric = "DISK_PARTITION_SPACE_USED_DATA", operator = "GREATER_THAN", threshold = 80, units = "RAW", critical = false }
    connections        = { metric = "CONNECTIONS_PERCENT", operator = "GREATER_THAN", threshold = 80, units = "RAW", critical = false }
    processor_busy     = { metric = "NORMALIZED_SYSTEM_CPU_USER", operator = "GREATER_THAN", threshold = 80, units = "RAW", critical = false }
  }

  events = {
    NO_PRIMARY                        = true
    PRIMARY_ELECTED                   = false
    CPS_SNAPSHOT_BEHIND               = true
    AWS_ENCRYPTION_KEY_NEEDS_ROTATION = false
  }

  pagers = nonsensitive(var.pagerduty_key == "") ? [] : ["PAGER_DUTY"]
}

resource "mongodbatlas_alert_configuration" "threshold" {
  for_each = local.thresholds

  project_id = mongodbatlas_project.this.id
  event_type = "OUTSIDE_METRIC_THRESHOLD"
  enabled    = true

  metric_threshold_config {
    metric_name = each.value.metric
    operator    = each.value.operator
    threshold   = each.value.threshold
    units       = each.value.units
    mode        = "AVERAGE"
  }

  notification {
    type_name     = "EMAIL"
    email_address = var.alarm_email
    delay_min     = 0
    interval_min  = 60
  }

  dynamic "notification" {
    for_each = each.value.critical ? local.pagers : []

    content {
      type_name   = notification.value
      service_key = var.pagerduty_key
      delay_min   = 0
    }
  }
}

resource "mongodbatlas_alert_configuration" "event" {
  for_each = local.events

  project_id = mongodbatlas_project.this.id
  event_type = each.key
  enabled    = true

  notification {
    type_name     = "EMAIL"
    email_address = var.alarm_email
    delay_min     = 0
    interval_min  = 60
  }

  dynamic "notification" {
    for_each = each.value ? local.pagers : []

    content {
      type_name   = notification.value
      service_key = var.pagerduty_key
      delay_min   = 0
    }
  }
}
