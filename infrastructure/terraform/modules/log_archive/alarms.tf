# The seed promises that no more than five minutes of logs are lost: what is older, or does not arrive, is told.

locals {
  watched = {
    late       = { metric = "DeliveryToS3.DataFreshness", statistic = "Maximum", comparison = "GreaterThanThreshold", threshold = 300, periods = 1, tells = "The oldest log line that is not yet archived is older than five minutes." }
    failed     = { metric = "DeliveryToS3.Success", statistic = "Average", comparison = "LessThanThreshold", threshold = 1, periods = 2, tells = "Firehose cannot write into the bucket of logs." }
    throttled  = { metric = "ThrottledRecords", statistic = "Sum", comparison = "GreaterThanThreshold", threshold = 0, periods = 2, tells = "More logs come than the stream takes." }
    unreadable = { metric = "OutputDecompressedRecords.Failed", statistic = "Sum", comparison = "GreaterThanThreshold", threshold = 0, periods = 1, tells = "Logs could not be unpacked: they lie as they came, below failed/." }
  }
}

resource "aws_cloudwatch_metric_alarm" "stream" {
  for_each = local.watched

  alarm_name          = "${local.full_name}-${each.key}"
  alarm_description   = each.value.tells
  namespace           = "AWS/Firehose"
  metric_name         = each.value.metric
  dimensions          = { DeliveryStreamName = aws_kinesis_firehose_delivery_stream.this.name }
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${local.full_name}-${each.key}" })
}

# Asked by the filter's name, which all subscriptions share.
resource "aws_cloudwatch_metric_alarm" "refused" {
  alarm_name          = "${local.full_name}-refused"
  alarm_description   = "CloudWatch Logs cannot hand logs to the archive's stream; after a day it drops them."
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  metric_query {
    id          = "refused"
    period      = 300
    return_data = true
    label       = "Log lines that were not taken"
    expression  = "SELECT SUM(DeliveryErrors) FROM SCHEMA(\"AWS/Logs\", DestinationType, FilterName, LogGroupName) WHERE FilterName = '${local.full_name}'"
  }

  tags = merge(var.tags, { Name = "${local.full_name}-refused" })
}

# A stream into which nothing comes has no figures at all, so that none of the alarms above could go off.
resource "aws_cloudwatch_metric_alarm" "silent" {
  alarm_name          = "${local.full_name}-silent"
  alarm_description   = "Services write logs, and none arrives at the archive."
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  metric_query {
    id          = "silent"
    label       = "Log lines of which none arrived"
    expression  = "IF(FILL(arrived, 0) == 0, SUM(METRICS(\"written\")), 0)"
    return_data = true
  }

  metric_query {
    id = "arrived"

    metric {
      namespace   = "AWS/Firehose"
      metric_name = "IncomingRecords"
      dimensions  = { DeliveryStreamName = aws_kinesis_firehose_delivery_stream.this.name }
      stat        = "Sum"
      period      = 300
    }
  }

  dynamic "metric_query" {
    for_each = var.log_group_names

    content {
      id = "written_${replace(metric_query.key, "-", "_")}"

      metric {
        namespace   = "AWS/Logs"
        metric_name = "IncomingLogEvents"
        dimensions  = { LogGroupName = metric_query.value }
        stat        = "Sum"
        period      = 300
      }
    }
  }

  tags = merge(var.tags, { Name = "${local.full_name}-silent" })
}
