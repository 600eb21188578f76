# What must never happen unseen, counted in the trail: one time is enough.

locals {
  never_unseen = {
    root-used = {
      description = "The account's root user did something."
      pattern     = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
    }
    sign-in-without-mfa = {
      description = "Somebody signed in to the console without a second factor."
      pattern     = "{ $.eventName = \"ConsoleLogin\" && $.additionalEventData.MFAUsed != \"Yes\" && $.userIdentity.type = \"IAMUser\" && $.responseElements.ConsoleLogin = \"Success\" }"
    }
    trail-changed = {
      description = "The trail was changed or stopped."
      pattern     = "{ $.eventName = \"StopLogging\" || $.eventName = \"DeleteTrail\" || $.eventName = \"UpdateTrail\" || $.eventName = \"PutEventSelectors\" }"
    }
    watch-stopped = {
      description = "Config, GuardDuty or Security Hub was stopped."
      pattern     = "{ $.eventName = \"StopConfigurationRecorder\" || $.eventName = \"DeleteConfigurationRecorder\" || $.eventName = \"DeleteDetector\" || $.eventName = \"DisableSecurityHub\" }"
    }
    key-lost = {
      description = "A key was disabled, or is to be deleted: what it encrypted is about to be lost."
      pattern     = "{ $.eventSource = \"kms.amazonaws.com\" && ($.eventName = \"DisableKey\" || $.eventName = \"ScheduleKeyDeletion\" || $.eventName = \"PutKeyPolicy\") }"
    }
    bucket-opened = {
      description = "Who may read a bucket was changed."
      pattern     = "{ $.eventSource = \"s3.amazonaws.com\" && ($.eventName = \"PutBucketPolicy\" || $.eventName = \"DeleteBucketPolicy\" || $.eventName = \"PutBucketAcl\" || $.eventName = \"DeletePublicAccessBlock\" || $.eventName = \"PutBucketPublicAccessBlock\") }"
    }
    backups-attacked = {
      description = "A recovery point or a vault was deleted, or its lock."
      pattern     = "{ $.eventSource = \"backup.amazonaws.com\" && ($.eventName = \"DeleteRecoveryPoint\" || $.eventName = \"DeleteBackupVault\" || $.eventName = \"DeleteBackupVaultLockConfiguration\" || $.eventName = \"DeleteBackupPlan\") }"
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.never_unseen

  name           = "${var.name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = each.value.pattern

  metric_transformation {
    name      = each.key
    namespace = "${var.name}/audit"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.never_unseen

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.description} The trail's log group ${aws_cloudwatch_log_group.trail.name} says who, when and from where."
  namespace           = "${var.name}/audit"
  metric_name         = aws_cloudwatch_log_metric_filter.this[each.key].metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}
