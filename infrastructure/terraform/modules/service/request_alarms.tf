# What is wrong with the answers: failed, late, or not at all. Each colour is judged alone, so that a new version that
# fails is seen while it gets a tenth of the requests.

locals {
  colour_dimensions = {
    for colour, group in aws_lb_target_group.this : colour => {
      LoadBalancer = var.load_balancer.alb_arn_suffix
      TargetGroup  = group.arn_suffix
    }
  }

  blue_green_alarm_names = concat(
    local.task_alarm_names,
    [for alarm in aws_cloudwatch_metric_alarm.errors : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.latency : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.unhealthy : alarm.alarm_name],
  )
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = local.colours

  alarm_name          = "${local.full_name}-errors-${each.key}"
  alarm_description   = "More than ${var.alarm_limits.error_percent} % of the answers of ${var.service} (${each.key}) are 5xx."
  evaluation_periods  = 2
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarm_limits.error_percent
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  metric_query {
    id          = "percent"
    label       = "5xx in percent of the answers"
    expression  = "IF(requests > 0, 100 * FILL(errors, 0) / requests, 0)"
    return_data = true
  }

  metric_query {
    id = "errors"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
      stat        = "Sum"
      period      = 60
      dimensions  = local.colour_dimensions[each.key]
    }
  }

  metric_query {
    id = "requests"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "RequestCount"
      stat        = "Sum"
      period      = 60
      dimensions  = local.colour_dimensions[each.key]
    }
  }

  tags = merge(var.tags, { Name = "${local.full_name}-errors-${each.key}" })
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  for_each = local.colours

  alarm_name          = "${local.full_name}-latency-${each.key}"
  alarm_description   = "One answer in twenty of ${var.service} (${each.key}) takes longer than ${var.alarm_limits.latency_p95_s} s."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  dimensions          = local.colour_dimensions[each.key]
  extended_statistic  = "p95"
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarm_limits.latency_p95_s
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${local.full_name}-latency-${each.key}" })
}

resource "aws_cloudwatch_metric_alarm" "unhealthy" {
  for_each = local.colours

  alarm_name          = "${local.full_name}-unhealthy-${each.key}"
  alarm_description   = "A task of ${var.service} (${each.key}) has failed its health checks for three minutes."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "UnHealthyHostCount"
  dimensions          = local.colour_dimensions[each.key]
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${local.full_name}-unhealthy-${each.key}" })
}
