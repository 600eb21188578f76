# Monitors on requests, from the product's own metrics (runtime/http/metrics.py), scraped from /metrics by the agent.

locals {
  # Names as the agent's OpenMetrics check makes them of a Prometheus histogram: its count, and (with
  # histogram_buckets_as_distributions) its distribution, which knows percentiles.
  requests     = "refunds_http_request_seconds.count"
  request_time = "refunds_http_request_seconds"
}

resource "datadog_monitor" "error_rate" {
  name               = "${var.name}: more than 1 % of answers are server errors"
  type               = "query alert"
  priority           = 1
  query              = "sum(last_5m):100 * sum:${local.requests}{${local.scope},status:5*}.as_count() / sum:${local.requests}{${local.scope}}.as_count() > 1"
  message            = "More than 1 % of answers are 5xx. ${var.runbooks_url}#error-rate ${var.critical_to}"
  escalation_message = "Still more than 1 %. ${var.critical_to}"
  on_missing_data    = "resolve"
  renotify_interval  = 30
  include_tags       = true
  tags               = local.tags

  monitor_thresholds {
    critical = 1
    warning  = 0.5
  }
}

resource "datadog_monitor" "latency" {
  name            = "${var.name}: creating a refund is slow"
  type            = "query alert"
  priority        = 2
  query           = "percentile(last_10m):p95:${local.request_time}{${local.scope},service:api,method:post,route:/v1/refunds} > 0.5"
  message         = "The 95th percentile of creating a refund is above 0.5 s. ${var.runbooks_url}#latency ${var.warning_to}"
  on_missing_data = "resolve"
  include_tags    = true
  tags            = local.tags

  monitor_thresholds {
    critical = 0.5
    warning  = 0.3
  }
}

resource "datadog_monitor" "service_errors" {
  for_each = var.services

  name            = "${var.name}: ${each.key} fails"
  type            = "query alert"
  priority        = 2
  query           = "sum(last_10m):sum:refunds_http_problems.count{${local.scope},service:${each.key},code:internal_error}.as_count() > 10"
  message         = "${each.key} answers with internal errors. ${var.runbooks_url}#internal-errors ${var.warning_to}"
  on_missing_data = "resolve"
  include_tags    = true
  tags            = concat(local.tags, ["service:${each.key}"])

  monitor_thresholds {
    critical = 10
  }
}
