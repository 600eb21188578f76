# The trail as a log, to search in and to raise alarms from.

resource "aws_cloudwatch_log_group" "trail" {
  name              = "/${var.name}/trail"
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.log_retention_days

  tags = merge(var.tags, { Name = "/${var.name}/trail" })
}

resource "aws_iam_role" "trail" {
  name        = "${var.name}-trail"
  description = "Writes the trail into its log group"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn, "aws:SourceAccount" = local.account } }
    }]
  })

  tags = merge(var.tags, { Name = "${var.name}-trail" })
}

resource "aws_iam_role_policy" "trail" {
  name = "write"
  role = aws_iam_role.trail.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "WriteTheTrail"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["${aws_cloudwatch_log_group.trail.arn}:log-stream:${local.account}_CloudTrail_*"]
    }]
  })
}
