# Config: how every resource was set up at any time, held against rules. Its history is not beside the trail: Config
# delivers into no bucket whose lock has a default retention. An account has one recorder in a region: where the baseline
# made it, it keeps the history in its own bucket.

locals {
  recorders = var.has_baseline ? 0 : 1
}

resource "aws_config_configuration_recorder" "this" {
  count = local.recorders

  name     = var.name
  role_arn = aws_iam_role.recorder[0].arn

  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }

  recording_mode {
    recording_frequency = "CONTINUOUS"
  }
}

resource "aws_config_delivery_channel" "this" {
  count = local.recorders

  name           = var.name
  s3_bucket_name = var.history_bucket_name
  s3_key_prefix  = "config"

  snapshot_delivery_properties {
    delivery_frequency = "TwentyFour_Hours"
  }

  depends_on = [aws_config_configuration_recorder.this, aws_iam_role_policy.recorder]
}

resource "aws_config_configuration_recorder_status" "this" {
  count = local.recorders

  name       = aws_config_configuration_recorder.this[0].name
  is_enabled = true

  depends_on = [aws_config_delivery_channel.this]
}

resource "aws_iam_role" "recorder" {
  count = local.recorders

  name        = "${var.name}-recorder"
  description = "Reads how everything is set up, for Config"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "config.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })

  tags = merge(var.tags, { Name = "${var.name}-recorder" })
}

# AWS's own list of what can be read: it grows with every resource type that Config learns.
resource "aws_iam_role_policy_attachment" "recorder" {
  count = local.recorders

  role       = aws_iam_role.recorder[0].name
  policy_arn = "${local.arn}:iam::aws:policy/service-role/AWS_ConfigRole"
}

resource "aws_iam_role_policy" "recorder" {
  count = local.recorders

  name = "keep"
  role = aws_iam_role.recorder[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "KeepHistory"
        Effect    = "Allow"
        Action    = ["s3:PutObject", "s3:PutObjectAcl"]
        Resource  = ["${local.arn}:s3:::${var.history_bucket_name}/config/AWSLogs/${local.account}/*"]
        Condition = { StringEquals = { "s3:x-amz-acl" = "bucket-owner-full-control" } }
      },
      {
        Sid      = "SeeTheBucket"
        Effect   = "Allow"
        Action   = ["s3:GetBucketAcl", "s3:ListBucket"]
        Resource = ["${local.arn}:s3:::${var.history_bucket_name}"]
      },
    ]
  })
}
