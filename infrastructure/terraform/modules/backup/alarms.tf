# Somebody is told when a recovery point could not be made, or when none was made for three hours.

resource "aws_cloudwatch_metric_alarm" "failed" {
  alarm_name          = "${var.name}-backup-failed"
  alarm_description   = "A recovery point could not be made. AWS Backup's jobs of vault ${aws_backup_vault.this.name} say why."
  namespace           = "AWS/Backup"
  metric_name         = "NumberOfBackupJobsFailed"
  dimensions          = { BackupVaultName = aws_backup_vault.this.name }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = compact([var.alarm_topic_arn])

  tags = merge(var.tags, { Name = "${var.name}-backup-failed" })
}

resource "aws_cloudwatch_metric_alarm" "missing" {
  alarm_name          = "${var.name}-backup-missing"
  alarm_description   = "No recovery point was made for three hours, though one is due every hour."
  namespace           = "AWS/Backup"
  metric_name         = "NumberOfBackupJobsCompleted"
  dimensions          = { BackupVaultName = aws_backup_vault.this.name }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 3
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = compact([var.alarm_topic_arn])

  tags = merge(var.tags, { Name = "${var.name}-backup-missing" })
}
