# The critical topics call PagerDuty: the home region's, and that of us-east-1, where Route 53, CloudFront and its firewall
# tell whether anybody gets in at all. PagerDuty confirms the subscriptions by itself.

locals {
  events_host = var.service_region == "eu" ? "events.eu.pagerduty.com" : "events.pagerduty.com"
  alarms_url  = "https://${local.events_host}/integration/${pagerduty_service_integration.cloudwatch.integration_key}/enqueue"
}

resource "aws_sns_topic_subscription" "critical" {
  topic_arn              = var.critical_topic_arn
  protocol               = "https"
  endpoint               = local.alarms_url
  endpoint_auto_confirms = true
}

resource "aws_sns_topic_subscription" "global" {
  provider = aws.global

  topic_arn              = var.global_alarm_topic_arn
  protocol               = "https"
  endpoint               = local.alarms_url
  endpoint_auto_confirms = true
}
