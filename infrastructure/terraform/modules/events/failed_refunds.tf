# Refunds that failed, came back or contradict what the gateway says: a list of their own, for whoever looks after them
# (support's ticket system, say), kept for fourteen days. Single ones are daily business; many at once are an alarm.
# A queue, not a topic: EventBridge to an encrypted topic cannot be bound to one rule.

resource "aws_cloudwatch_event_rule" "failed_refunds" {
  name           = "${var.name}-failed-refunds"
  description    = "Refunds that did not reach their payee, to their own queue"
  event_bus_name = aws_cloudwatch_event_bus.this.name

  event_pattern = jsonencode({
    source      = [local.source]
    detail-type = ["refund.failed", "refund.reversed", "refund.contradicted"]
  })

  # Said outright: left out, a rule that somebody disabled would not show in a plan.
  state = "ENABLED"

  tags = merge(var.tags, { Name = "${var.name}-failed-refunds" })
}

resource "aws_cloudwatch_event_target" "failed_refunds" {
  rule           = aws_cloudwatch_event_rule.failed_refunds.name
  event_bus_name = aws_cloudwatch_event_bus.this.name
  target_id      = "queue"
  arn            = aws_sqs_queue.failed_refunds.arn

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

resource "aws_sqs_queue" "failed_refunds" {
  name                       = "${var.name}-failed-refunds"
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 300
  receive_wait_time_seconds  = 20

  kms_master_key_id                 = var.queues_key_arn
  kms_data_key_reuse_period_seconds = 300

  tags = merge(var.tags, { Name = "${var.name}-failed-refunds" })
}

resource "aws_sqs_queue_policy" "failed_refunds" {
  queue_url = aws_sqs_queue.failed_refunds.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "FromTheRule"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.failed_refunds.arn
        Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.failed_refunds.arn } }
      },
      {
        Sid       = "OnlyByTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.failed_refunds.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "failed_refunds" {
  alarm_name          = "${var.name}-failed-refunds"
  alarm_description   = "More than ${var.failed_refunds_max_per_5m} refunds failed, came back or were contradicted within five minutes."
  namespace           = "AWS/SQS"
  metric_name         = "NumberOfMessagesSent"
  dimensions          = { QueueName = aws_sqs_queue.failed_refunds.name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.failed_refunds_max_per_5m
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  tags = merge(var.tags, { Name = "${var.name}-failed-refunds" })
}
