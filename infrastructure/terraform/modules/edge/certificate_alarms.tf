# Certificates that did not renew themselves. ACM renews 60 days before the end, where its DNS record still stands.

locals {
  certificate_days_min = 21
}

resource "aws_cloudwatch_metric_alarm" "origin_certificate" {
  alarm_name          = "${var.name}-origin-certificate"
  alarm_description   = "The load balancer's certificate ends in less than 21 days and was not renewed"
  namespace           = "AWS/CertificateManager"
  metric_name         = "DaysToExpiry"
  dimensions          = { CertificateArn = aws_acm_certificate.origin.arn }
  statistic           = "Minimum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "LessThanThreshold"
  threshold           = local.certificate_days_min
  # Nothing is told of a certificate that has ended: the alarm stays as it was.
  treat_missing_data = "ignore"
  alarm_actions      = [var.alarm_topic_arn]
  ok_actions         = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-origin-certificate" })
}

resource "aws_cloudwatch_metric_alarm" "viewers_certificate" {
  provider = aws.global

  alarm_name          = "${var.name}-viewers-certificate"
  alarm_description   = "CloudFront's certificate ends in less than 21 days and was not renewed"
  namespace           = "AWS/CertificateManager"
  metric_name         = "DaysToExpiry"
  dimensions          = { CertificateArn = aws_acm_certificate.viewers.arn }
  statistic           = "Minimum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "LessThanThreshold"
  threshold           = local.certificate_days_min
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_sns_topic.global_alarms.arn]
  ok_actions          = [aws_sns_topic.global_alarms.arn]

  tags = merge(var.tags, { Name = "${var.name}-viewers-certificate" })
}
