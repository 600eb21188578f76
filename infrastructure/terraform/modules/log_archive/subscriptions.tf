# Every line of every service, without a pattern. CloudWatch Logs tries for a day what Firehose does not take at once.

resource "aws_iam_role" "subscription" {
  name        = "${local.full_name}-subscription"
  description = "Lets CloudWatch Logs hand the services' logs to the archive's stream"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logs.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:logs:${local.region}:${local.account}:*" }
        StringEquals = { "aws:SourceAccount" = local.account }
      }
    }]
  })

  tags = merge(var.tags, { Name = "${local.full_name}-subscription" })
}

resource "aws_iam_role_policy" "subscription" {
  name = "hand-over"
  role = aws_iam_role.subscription.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "PutRecords"
        Effect   = "Allow"
        Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
        Resource = [aws_kinesis_firehose_delivery_stream.this.arn]
      },
      {
        # Whoever puts into an encrypted stream needs its key.
        Sid       = "SealRecords"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = [var.logs_key_arn]
        Condition = { StringEquals = { "kms:ViaService" = "firehose.${local.region}.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_cloudwatch_log_subscription_filter" "this" {
  for_each = var.log_group_names

  name            = local.full_name
  log_group_name  = each.value
  filter_pattern  = ""
  destination_arn = aws_kinesis_firehose_delivery_stream.this.arn
  role_arn        = aws_iam_role.subscription.arn
  distribution    = "ByLogStream"

  # CloudWatch Logs tries the role by a test message.
  depends_on = [aws_iam_role_policy.subscription]
}
