# What a scan finds: an image with a grave hole is told of, before somebody deploys it.

resource "aws_cloudwatch_event_rule" "findings" {
  name        = "${var.name}-image-findings"
  description = "Scans of our images that found something critical or high"

  event_pattern = jsonencode({
    source      = ["aws.ecr"]
    detail-type = ["ECR Image Scan"]
    detail = {
      scan-status     = ["COMPLETE"]
      repository-name = [for service in sort(var.services) : aws_ecr_repository.this[service].name]
      "$or" = [
        { finding-severity-counts = { CRITICAL = [{ numeric = [">", 0] }] } },
        { finding-severity-counts = { HIGH = [{ numeric = [">", 0] }] } },
      ]
    }
  })

  # Said outright: left out, a rule that somebody disabled would not show in a plan.
  state = "ENABLED"

  tags = merge(var.tags, { Name = "${var.name}-image-findings" })
}

resource "aws_cloudwatch_event_target" "findings" {
  rule      = aws_cloudwatch_event_rule.findings.name
  target_id = "alarms"
  arn       = var.alarm_topic_arn
}
