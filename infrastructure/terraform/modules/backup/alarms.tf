# A backup that fails, a copy that fails, and silence, which is worse.

locals {
  failures = {
    backup-failed = { metric = "NumberOfBackupJobsFailed", tells = "A backup failed." }
    copy-failed   = { metric = "NumberOfCopyJobsFailed", tells = "A copy to the second region failed." }
  }
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  for_each = local.failures

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.tells
  namespace           = "AWS/Backup"
  metric_name         = each.value.metric
  dimensions          = { BackupVaultName = aws_backup_vault.this.name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_cloudwatch_metric_alarm" "silent" {
  alarm_name          = "${var.name}-backup-silent"
  alarm_description   = "No backup was completed for three hours: recovery to an hour ago is not possible."
  namespace           = "AWS/Backup"
  metric_name         = "NumberOfBackupJobsCompleted"
  dimensions          = { BackupVaultName = aws_backup_vault.this.name }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 3
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-backup-silent" })
}
