# The critical topic calls PagerDuty; PagerDuty confirms the subscription by itself.

locals {
  events_host = var.service_region == "eu" ? "events.eu.pagerduty.com" : "events.pagerduty.com"
}

resource "aws_sns_topic_subscription" "critical" {
  topic_arn              = var.critical_topic_arn
  protocol               = "https"
  endpoint               = "https://${local.events_host}/integration/${pagerduty_service_integration.cloudwatch.integration_key}/enqueue"
  endpoint_auto_confirms = true
}
