# What Firehose may do: add objects below its two places of the bucket, and say why it could not. It reads and deletes
# nothing.

resource "aws_iam_role" "delivery" {
  name        = "${local.full_name}-delivery"
  description = "Lets Firehose write the services' logs into the archive"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "firehose.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # Firehose names the account for which it works in this way, not by aws:SourceAccount.
      Condition = { StringEquals = { "sts:ExternalId" = local.account } }
    }]
  })

  tags = merge(var.tags, { Name = "${local.full_name}-delivery" })
}

resource "aws_iam_role_policy" "delivery" {
  name = "write-archive"
  role = aws_iam_role.delivery.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "AddObjects"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:PutObject"]
        Resource = [for place in [local.place, local.failed_place] : "${var.logs_bucket_arn}/${place}/*"]
      },
      {
        Sid      = "FindBucket"
        Effect   = "Allow"
        Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
        Resource = [var.logs_bucket_arn]
      },
      {
        # Decrypt, as an object that comes in parts is sealed part by part under one key.
        Sid       = "SealObjects"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = [var.logs_key_arn]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
      },
      {
        Sid      = "SayWhyNot"
        Effect   = "Allow"
        Action   = ["logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.delivery.arn}:log-stream:${aws_cloudwatch_log_stream.delivery.name}"]
      },
    ]
  })
}
