# How far the readers of the feed (the relay, and the publisher to the bus) are behind, from the line that the
# reporting-engine writes every minute. Only the task that carries a reader's events writes it: no line, nobody carries.

locals {
  reader_service = "reporting-engine"

  # metric => reader, as the line calls it
  readers = {
    relay_lag_s = "relay"
    bus_lag_s   = "bus"
  }
  watched_readers = contains(keys(var.log_group_names), local.reader_service) ? local.readers : {}
}

resource "aws_cloudwatch_log_metric_filter" "lag" {
  for_each = local.watched_readers

  name           = "${var.name}-${local.reader_service}-${each.key}"
  log_group_name = var.log_group_names[local.reader_service]
  pattern        = "{ $.event = \"relay.progress\" && $.reader = \"${each.value}\" }"

  metric_transformation {
    namespace = local.metric_namespace
    name      = each.key
    value     = "$.lag_s"
    unit      = "Seconds"
  }
}

resource "aws_cloudwatch_metric_alarm" "reader_lags" {
  for_each = local.watched_readers

  alarm_name          = "${var.name}-${each.value}-lags"
  alarm_description   = "The ${each.value} of events is more than ${var.reader_lag_s_max} s behind: views and reports, or the bus, are late"
  namespace           = local.metric_namespace
  metric_name         = aws_cloudwatch_log_metric_filter.lag[each.key].metric_transformation[0].name
  statistic           = "Minimum"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.reader_lag_s_max
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_sns_topic.alarms["warning"].arn]
  ok_actions          = [aws_sns_topic.alarms["warning"].arn]

  tags = merge(var.tags, { Name = "${var.name}-${each.value}-lags" })
}

resource "aws_cloudwatch_metric_alarm" "reader_lost" {
  for_each = local.watched_readers

  alarm_name          = "${var.name}-${each.value}-lost"
  alarm_description   = "The ${each.value} of events is behind by a quarter of the ${var.oplog_hours_min} hours that the database remembers, or nobody carries its events"
  namespace           = local.metric_namespace
  metric_name         = aws_cloudwatch_log_metric_filter.lag[each.key].metric_transformation[0].name
  statistic           = "Minimum"
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.oplog_hours_min * 3600 / 4
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms["critical"].arn]
  ok_actions          = [aws_sns_topic.alarms["critical"].arn]

  tags = merge(var.tags, { Name = "${var.name}-${each.value}-lost" })
}
