# Alarms on metrics that exist only in us-east-1, and the topic that they tell.

resource "aws_sns_topic" "global_alarms" {
  provider = aws.global

  name              = "${var.name}-edge-alarms"
  kms_master_key_id = aws_kms_key.global.arn

  tags = merge(var.tags, { Name = "${var.name}-edge-alarms" })
}

resource "aws_sns_topic_policy" "global_alarms" {
  provider = aws.global

  arn    = aws_sns_topic.global_alarms.arn
  policy = data.aws_iam_policy_document.global_alarms.json
}

data "aws_iam_policy_document" "global_alarms" {
  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.global_alarms.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }
}

resource "aws_sns_topic_subscription" "global_alarms" {
  provider = aws.global
  for_each = { for each in var.global_alarm_subscriptions : "${each.protocol}:${each.endpoint}" => each }

  topic_arn = aws_sns_topic.global_alarms.arn
  protocol  = each.value.protocol
  endpoint  = each.value.endpoint
}

resource "aws_cloudwatch_metric_alarm" "health" {
  provider = aws.global
  for_each = { home = aws_route53_health_check.home.id, product = aws_route53_health_check.product.id }

  alarm_name          = "${var.name}-health-${each.key}"
  alarm_description   = "Route 53's checkers get no good answer (${each.key})"
  namespace           = "AWS/Route53"
  metric_name         = "HealthCheckStatus"
  dimensions          = { HealthCheckId = each.value }
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.global_alarms.arn]
  ok_actions          = [aws_sns_topic.global_alarms.arn]

  tags = merge(var.tags, { Name = "${var.name}-health-${each.key}" })
}

resource "aws_cloudwatch_metric_alarm" "viewer_errors" {
  provider = aws.global

  alarm_name          = "${var.name}-viewer-errors"
  alarm_description   = "More than 1 % of the answers at CloudFront are server errors"
  namespace           = "AWS/CloudFront"
  metric_name         = "5xxErrorRate"
  dimensions          = { DistributionId = aws_cloudfront_distribution.this.id, Region = "Global" }
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.global_alarms.arn]
  ok_actions          = [aws_sns_topic.global_alarms.arn]

  tags = merge(var.tags, { Name = "${var.name}-viewer-errors" })
}

resource "aws_cloudwatch_metric_alarm" "blocked" {
  provider = aws.global

  alarm_name          = "${var.name}-blocked-requests"
  alarm_description   = "The firewall turns away many requests: an attack, or a rule that hits customers"
  namespace           = "AWS/WAFV2"
  metric_name         = "BlockedRequests"
  dimensions          = { WebACL = "${var.name}-viewers", Rule = "ALL" }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.rate_limit_per_5m
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.global_alarms.arn]
  ok_actions          = [aws_sns_topic.global_alarms.arn]

  tags = merge(var.tags, { Name = "${var.name}-blocked-requests" })
}
