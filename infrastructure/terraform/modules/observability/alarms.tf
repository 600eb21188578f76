# Alarms on the product as a whole. Those of a service, a queue, a cache stand in their own modules.

resource "aws_cloudwatch_metric_alarm" "error_rate" {
  alarm_name          = "${var.name}-error-rate"
  alarm_description   = "More than ${var.error_rate_percent_max} % of the answers are 5xx, of services or of the load balancer"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.error_rate_percent_max
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms["critical"].arn]
  ok_actions          = [aws_sns_topic.alarms["critical"].arn]

  metric_query {
    id          = "rate"
    label       = "5xx answers, percent"
    expression  = "IF(requests > 0, 100 * (FILL(of_services, 0) + FILL(of_balancer, 0)) / requests, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = {
      requests    = "RequestCount"
      of_services = "HTTPCode_Target_5XX_Count"
      of_balancer = "HTTPCode_ELB_5XX_Count"
    }

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        dimensions  = { LoadBalancer = var.alb_arn_suffix }
        period      = 60
        stat        = "Sum"
      }
    }
  }

  tags = merge(var.tags, { Name = "${var.name}-error-rate" })
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "${var.name}-latency"
  alarm_description   = "The 95th percentile of the time to answer is above ${var.latency_p95_s_max} s"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  dimensions          = { LoadBalancer = var.alb_arn_suffix }
  extended_statistic  = "p95"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.latency_p95_s_max
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms["warning"].arn]
  ok_actions          = [aws_sns_topic.alarms["warning"].arn]

  tags = merge(var.tags, { Name = "${var.name}-latency" })
}

resource "aws_cloudwatch_metric_alarm" "canary" {
  alarm_name          = "${var.name}-canary"
  alarm_description   = "The canary gets no good answer from ${var.health_url}"
  namespace           = "CloudWatchSynthetics"
  metric_name         = "SuccessPercent"
  dimensions          = { CanaryName = aws_synthetics_canary.health.name }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 90
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms["warning"].arn]
  ok_actions          = [aws_sns_topic.alarms["warning"].arn]

  tags = merge(var.tags, { Name = "${var.name}-canary" })
}

locals {
  hurt_customers = [
    aws_cloudwatch_metric_alarm.error_rate.alarm_name,
    aws_cloudwatch_metric_alarm.canary.alarm_name,
    aws_cloudwatch_metric_alarm.failures_in_logs["loops"].alarm_name,
  ]
}

# One alarm for "customers are hurt": it wakes somebody. Any of these is enough: where nothing gets in (DNS, certificate,
# CloudFront, firewall, TLS to the origin) there is no answer to be slow or an error, and the canary alone knows. Two of
# its runs in a row must have failed. Route 53's checkers, who ask too, wake by their own alarms (module edge): an alarm
# of us-east-1 can be no part of one here. Releases are rolled back by the alarms of each service on its new version
# (modules/service), which the troubles of others do not ring: they would keep the release that ends them away.
resource "aws_cloudwatch_composite_alarm" "product" {
  alarm_name        = "${var.name}-product"
  alarm_description = "Customers are hurt: many errors, no good answer from outside, or loops that fail again and again"
  alarm_rule        = join(" OR ", [for name in local.hurt_customers : "ALARM(\"${name}\")"])
  alarm_actions     = [aws_sns_topic.alarms["critical"].arn]
  ok_actions        = [aws_sns_topic.alarms["critical"].arn]

  tags = merge(var.tags, { Name = "${var.name}-product" })
}
