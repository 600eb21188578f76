# What Atlas itself can tell. How far the relay lags behind the oplog only the relay knows: its alarms at a quarter of
# the retention are Datadog's (third_party/datadog, relay_lag.tf) and CloudWatch's (modules/observability, reader_lag.tf).
#
# Here: does the oplog reach back as far as promised? A young cluster's reaches back to its birth only, and that is no
# fault. So "shorter than promised" (72 hours) tells by e-mail, for a new cluster too, and wakes nobody: while the relay
# is near, nothing is lost by it. Somebody is woken where the oplog is shorter than the quarter that the relay may lag
# (18 hours), for then events can be lost before the relay's alarms; and once it has been so for longer than a quarter
# of the retention, which a new cluster has outgrown by then.

locals {
  relay_lag_hours_max = var.oplog_min_retention_hours / 4

  # page_after_h: critical alerts wake somebody after so many hours; null: nobody is woken.
  thresholds = {
    oplog_window_short  = { metric = "OPLOG_MASTER_TIME", operator = "LESS_THAN", threshold = var.oplog_min_retention_hours, units = "HOURS", page_after_h = null }
    oplog_behind_alarms = { metric = "OPLOG_MASTER_TIME", operator = "LESS_THAN", threshold = local.relay_lag_hours_max, units = "HOURS", page_after_h = ceil(local.relay_lag_hours_max) + 1 }
    replication_lag     = { metric = "OPLOG_SLAVE_LAG_MASTER_TIME", operator = "GREATER_THAN", threshold = 60, units = "SECONDS", page_after_h = 0 }
    disk_full           = { metric = "DISK_PARTITION_SPACE_USED_DATA", operator = "GREATER_THAN", threshold = 80, units = "RAW", page_after_h = null }
    connections         = { metric = "CONNECTIONS_PERCENT", operator = "GREATER_THAN", threshold = 80, units = "RAW", page_after_h = null }
    processor_busy      = { metric = "NORMALIZED_SYSTEM_CPU_USER", operator = "GREATER_THAN", threshold = 80, units = "RAW", page_after_h = null }
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
    for_each = each.value.page_after_h == null ? [] : local.pagers

    content {
      type_name   = notification.value
      service_key = var.pagerduty_key
      delay_min   = each.value.page_after_h * 60
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
