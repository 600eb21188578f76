# Why Firehose could not deliver. This log is not archived itself: each failure would bring the next.

resource "aws_cloudwatch_log_group" "delivery" {
  name              = "/${var.name}/log-archive"
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.log_retention_days

  tags = merge(var.tags, { Name = "/${var.name}/log-archive" })
}

resource "aws_cloudwatch_log_stream" "delivery" {
  name           = "${local.full_name}-delivery"
  log_group_name = aws_cloudwatch_log_group.delivery.name
}
