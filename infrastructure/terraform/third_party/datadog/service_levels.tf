# What is promised: availability from the counts of answers, and the time of creating a refund from their distribution.

resource "datadog_service_level_objective" "availability" {
  name        = "${var.name}: availability"
  type        = "metric"
  description = "Share of requests that are answered without a server error"
  tags        = local.tags

  query {
    numerator   = "sum:${local.requests}{${local.scope},!status:5*}.as_count()"
    denominator = "sum:${local.requests}{${local.scope}}.as_count()"
  }

  thresholds {
    timeframe = "30d"
    target    = var.availability_percent
    warning   = 99.95
  }
}

resource "datadog_service_level_objective" "create_time" {
  name        = "${var.name}: creating a refund within 0.5 s"
  type        = "time_slice"
  description = "Share of time in which the 95th percentile of creating a refund is below 0.5 s"
  tags        = local.tags

  sli_specification {
    time_slice {
      comparator             = "<"
      threshold              = 0.5
      query_interval_seconds = 300

      query {
        formula {
          formula_expression = "p95"
        }

        query {
          metric_query {
            name  = "p95"
            query = "p95:${local.request_time}{${local.scope},service:api,method:post,route:/v1/refunds}"
          }
        }
      }
    }
  }

  thresholds {
    timeframe = "30d"
    target    = 99
    warning   = 99.5
  }
}

resource "datadog_monitor" "budget_burns" {
  name     = "${var.name}: the error budget burns fast"
  type     = "slo alert"
  priority = 1
  query    = "burn_rate(\"${datadog_service_level_objective.availability.id}\").over(\"30d\").long_window(\"1h\").short_window(\"5m\") > 14.4"
  message  = "At this rate the month's budget is gone in two days. ${var.runbooks_url}#error-rate ${var.critical_to}"
  tags     = local.tags

  monitor_thresholds {
    critical = 14.4
  }
}
