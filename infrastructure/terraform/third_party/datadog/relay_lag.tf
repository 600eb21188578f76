# The relay reads the oplog, which is the outbox. At a quarter of the oplog's retention there is still time to mend it;
# beyond the retention it must catch up from the documents.

locals {
  relay_lag_s_max = var.oplog_min_retention_hours * 3600 / 4
}

resource "datadog_monitor" "relay_lag" {
  name               = "${var.name}: the relay lags behind"
  type               = "query alert"
  priority           = 1
  query              = "min(last_10m):min:refunds_relay_lag_seconds{${local.scope}} > ${local.relay_lag_s_max}"
  message            = "The relay is ${local.relay_lag_s_max / 3600} hours behind, a quarter of the oplog. ${var.runbooks_url}#relay-lag ${var.critical_to}"
  escalation_message = "The relay still lags. ${var.critical_to}"
  on_missing_data    = "show_and_notify_no_data"
  renotify_interval  = 60
  include_tags       = true
  tags               = local.tags

  monitor_thresholds {
    critical = local.relay_lag_s_max
    warning  = 300
  }
}

resource "datadog_monitor" "relay_leaderless" {
  name            = "${var.name}: nobody relays"
  type            = "query alert"
  priority        = 1
  query           = "max(last_10m):sum:refunds_relay_is_leading{${local.scope}} < 1"
  message         = "No process of reporting-engine relays events. ${var.runbooks_url}#relay-lag ${var.critical_to}"
  on_missing_data = "show_and_notify_no_data"
  include_tags    = true
  tags            = local.tags

  monitor_thresholds {
    critical = 1
  }
}
