# Where messages go that nobody could work off, each queue's apart, kept as long as SQS allows.

resource "aws_sqs_queue" "dead" {
  for_each = var.queues

  name                      = "${var.name}-${each.key}-dead"
  message_retention_seconds = 1209600
  receive_wait_time_seconds = 20

  kms_master_key_id                 = var.queues_key_arn
  kms_data_key_reuse_period_seconds = 300

  tags = merge(var.tags, { Name = "${var.name}-${each.key}-dead" })
}

# Only its own queue may put messages aside here, and gets them back by a redrive.
resource "aws_sqs_queue_redrive_allow_policy" "this" {
  for_each = var.queues

  queue_url = aws_sqs_queue.dead[each.key].id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this[each.key].arn]
  })
}
