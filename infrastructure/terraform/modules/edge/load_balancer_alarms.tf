# Alarms on what the load balancer itself could not do. Errors of services are their own alarms.

resource "aws_cloudwatch_metric_alarm" "no_target_answered" {
  alarm_name          = "${var.name}-load-balancer-errors"
  alarm_description   = "The load balancer answers 5xx itself: no target is healthy, or targets do not answer in time"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_ELB_5XX_Count"
  dimensions          = { LoadBalancer = aws_lb.this.arn_suffix }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-load-balancer-errors" })
}

resource "aws_cloudwatch_metric_alarm" "rejected_connections" {
  alarm_name          = "${var.name}-rejected-connections"
  alarm_description   = "The load balancer is at the limit of its connections"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "RejectedConnectionCount"
  dimensions          = { LoadBalancer = aws_lb.this.arn_suffix }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-rejected-connections" })
}
