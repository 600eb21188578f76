# Jobs that failed, with their reason: backups, copies, and restores, which no metric of the vault counts.

resource "aws_cloudwatch_event_rule" "failures" {
  name        = "${var.name}-backup-failures"
  description = "Backups, copies and restores that failed"

  event_pattern = jsonencode({
    source      = ["aws.backup"]
    detail-type = ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"]
    detail = {
      "$or" = [
        { state = ["ABORTED", "EXPIRED", "FAILED"] },
        { status = ["ABORTED", "EXPIRED", "FAILED"] },
      ]
    }
  })

  # Said outright: left out, a rule that somebody disabled would not show in a plan.
  state = "ENABLED"

  tags = merge(var.tags, { Name = "${var.name}-backup-failures" })
}

resource "aws_cloudwatch_event_target" "failures" {
  rule      = aws_cloudwatch_event_rule.failures.name
  target_id = "alarms"
  arn       = var.alarm_topic_arn
}
