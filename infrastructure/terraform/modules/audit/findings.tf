# Grave findings of GuardDuty and Security Hub go to the alarms' topic, where there is one.

locals {
  grave_findings = {
    threats = {
      source      = ["aws.guardduty"]
      detail-type = ["GuardDuty Finding"]
      detail      = { severity = [{ numeric = [">=", 7] }] }
    }
    standards = {
      source      = ["aws.securityhub"]
      detail-type = ["Security Hub Findings - Imported"]
      detail = { findings = {
        Severity    = { Label = ["CRITICAL", "HIGH"] }
        Workflow    = { Status = ["NEW"] }
        RecordState = ["ACTIVE"]
      } }
    }
  }
}

resource "aws_cloudwatch_event_rule" "findings" {
  for_each = local.grave_findings

  name          = "${var.name}-grave-${each.key}"
  description   = "Grave findings about ${each.key}"
  event_pattern = jsonencode(each.value)

  # Said outright: left out, a rule that somebody disabled would not show in a plan.
  state = "ENABLED"

  tags = merge(var.tags, { Name = "${var.name}-grave-${each.key}" })
}

resource "aws_cloudwatch_event_target" "findings" {
  for_each = local.grave_findings

  rule      = aws_cloudwatch_event_rule.findings[each.key].name
  target_id = "alarms"
  arn       = var.alarm_topic_arn
}
