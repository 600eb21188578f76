# GuardDuty: looks for intruders in the trail, in the network's flows, in the buckets' events and in the tasks.

resource "aws_guardduty_detector" "this" {
  #checkov:skip=CKV2_AWS_3:One account for each environment, outside any organisation: the detector is on in this account and region
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"

  tags = merge(var.tags, { Name = "${var.name}-detector" })
}

resource "aws_guardduty_detector_feature" "this" {
  for_each = toset(["LAMBDA_NETWORK_LOGS", "S3_DATA_EVENTS"])

  detector_id = aws_guardduty_detector.this.id
  name        = each.key
  status      = "ENABLED"
}

resource "aws_guardduty_detector_feature" "tasks" {
  detector_id = aws_guardduty_detector.this.id
  name        = "RUNTIME_MONITORING"
  status      = "ENABLED"

  # The agent is injected into Fargate's tasks by GuardDuty itself.
  additional_configuration {
    name   = "ECS_FARGATE_AGENT_MANAGEMENT"
    status = "ENABLED"
  }
}
