# Objects that S3 gave up copying: it does not try them again. S3 counts failures in the source's region; how late copies
# are it counts in the second region, where no topic of ours is.

resource "aws_cloudwatch_metric_alarm" "replication_failed" {
  for_each = local.buckets

  alarm_name        = "${var.name}-replication-${each.key}"
  alarm_description = "An object of ${each.key} could not be copied to the second region."
  namespace         = "AWS/S3"
  metric_name       = "OperationsFailedReplication"
  dimensions = {
    SourceBucket      = aws_s3_bucket.this[each.key].bucket
    DestinationBucket = aws_s3_bucket.replica[each.key].bucket
    RuleId            = one(aws_s3_bucket_replication_configuration.this[each.key].rule).id
  }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-replication-${each.key}" })
}
