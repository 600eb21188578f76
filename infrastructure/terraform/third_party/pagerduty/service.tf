# The product in PagerDuty, and its door for CloudWatch's alarms.

resource "pagerduty_service" "this" {
  name                    = var.name
  description             = "Brik Refunds: refunds of captured payments"
  escalation_policy       = pagerduty_escalation_policy.this.id
  alert_creation          = "create_alerts_and_incidents"
  acknowledgement_timeout = "1800"
  auto_resolve_timeout    = "null"

  incident_urgency_rule {
    type    = "constant"
    urgency = "high"
  }

  alert_grouping_parameters {
    type = "intelligent"
  }
}

data "pagerduty_vendor" "cloudwatch" {
  name = "Amazon CloudWatch"
}

data "pagerduty_vendor" "datadog" {
  name = "Datadog"
}

resource "pagerduty_service_integration" "cloudwatch" {
  name    = "Alarms of CloudWatch"
  service = pagerduty_service.this.id
  vendor  = data.pagerduty_vendor.cloudwatch.id
}

resource "pagerduty_service_integration" "datadog" {
  name    = "Monitors of Datadog"
  service = pagerduty_service.this.id
  vendor  = data.pagerduty_vendor.datadog.id
}
