# The canary: asks the health address from outside every five minutes, past everything that a caller passes.

locals {
  # At most 21 characters, lower case: AWS's own limit.
  canary_name = substr(replace("${replace(var.name, "brik-refunds", "brik")}-health", "--", "-"), 0, 21)
}

resource "aws_synthetics_canary" "health" {
  name                 = local.canary_name
  artifact_s3_location = "s3://${var.canary_bucket_name}/canary/"
  execution_role_arn   = aws_iam_role.canary.arn
  runtime_version      = var.canary_runtime
  handler              = "health.handler"
  zip_file             = "${path.module}/canary/health.zip"
  start_canary         = true
  delete_lambda        = true

  success_retention_period = 31
  failure_retention_period = 92

  schedule {
    expression = "rate(5 minutes)"
  }

  # Not traced: AWS documents tracing for canaries in Node.js only.
  run_config {
    timeout_in_seconds    = 60
    environment_variables = { HEALTH_URL = var.health_url }
  }

  # Unsaid, Synthetics takes a KMS key of AWS's own, and S3 would not copy what lies under it.
  artifact_config {
    s3_encryption {
      encryption_mode = var.canary_bucket_key_arn == null ? "SSE_S3" : "SSE_KMS"
      kms_key_arn     = var.canary_bucket_key_arn
    }
  }

  tags = merge(var.tags, { Name = local.canary_name })
}

data "aws_iam_policy_document" "canary_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "canary" {
  #checkov:skip=CKV_AWS_111:AWS gives metrics no resource; they are held to one namespace by the condition
  #checkov:skip=CKV_AWS_356:AWS gives these actions no resource: metrics (held to one namespace), the list of buckets
  statement {
    sid       = "KeepWhatWasSeen"
    actions   = ["s3:PutObject"]
    resources = ["arn:${data.aws_partition.this.partition}:s3:::${var.canary_bucket_name}/canary/*"]
  }

  statement {
    sid       = "FindTheBucket"
    actions   = ["s3:GetBucketLocation"]
    resources = ["arn:${data.aws_partition.this.partition}:s3:::${var.canary_bucket_name}"]
  }

  statement {
    sid       = "ListBuckets"
    actions   = ["s3:ListAllMyBuckets"]
    resources = ["*"]
  }

  statement {
    sid       = "TellTheResult"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["CloudWatchSynthetics"]
    }
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:${data.aws_partition.this.partition}:logs:${data.aws_region.this.name}:${data.aws_caller_identity.this.account_id}:log-group:/aws/lambda/cwsyn-${local.canary_name}-*"]
  }

  dynamic "statement" {
    for_each = var.canary_bucket_key_arn == null ? [] : [var.canary_bucket_key_arn]

    content {
      sid       = "EncryptWhatWasSeen"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role" "canary" {
  name                 = "${var.name}-canary"
  description          = "Asks the health address from outside"
  assume_role_policy   = data.aws_iam_policy_document.canary_trust.json
  permissions_boundary = var.permissions_boundary_arn

  tags = merge(var.tags, { Name = "${var.name}-canary" })
}

resource "aws_iam_role_policy" "canary" {
  name   = "canary"
  role   = aws_iam_role.canary.id
  policy = data.aws_iam_policy_document.canary.json
}
