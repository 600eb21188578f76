# Where S3, the load balancer and CloudFront deliver their access logs, Config its history and the canary what it saw:
# under S3's own key, as the first three know no other.

locals {
  access_logs_name         = "${var.name}-access-logs-${local.account}"
  access_logs_replica_name = "${var.name}-access-logs-${local.account}-copy"
}

resource "aws_s3_bucket" "access_logs" {
  #checkov:skip=CKV_AWS_18:logs of the bucket of logs would log themselves for ever
  #checkov:skip=CKV_AWS_145:S3 and the load balancer deliver their logs only into buckets under S3's own key
  bucket = local.access_logs_name

  # Logs of an environment's end come while it ends: without a lock they go with it.
  force_destroy = !var.object_lock

  tags = merge(var.tags, { Name = local.access_logs_name })
}

resource "aws_s3_bucket_versioning" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_ownership_controls" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "access_logs" {
  bucket                  = aws_s3_bucket.access_logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_notification" "access_logs" {
  bucket      = aws_s3_bucket.access_logs.id
  eventbridge = true
}

resource "aws_s3_bucket_lifecycle_configuration" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id

  rule {
    id     = "storage-classes-and-end"
    status = "Enabled"

    filter {}

    dynamic "transition" {
      for_each = local.storage_classes

      content {
        days          = tonumber(transition.key)
        storage_class = transition.value
      }
    }

    expiration {
      days = local.retention_days
    }

    noncurrent_version_expiration {
      noncurrent_days = local.noncurrent_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  rule {
    id     = "what-the-canary-saw"
    status = "Enabled"

    filter {
      prefix = "canary/"
    }

    expiration {
      days = 92
    }
  }

  depends_on = [aws_s3_bucket_versioning.access_logs]
}

resource "aws_s3_bucket_policy" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.access_log_statements.home
  })

  depends_on = [aws_s3_bucket_public_access_block.access_logs]
}

resource "aws_s3_bucket_replication_configuration" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id
  role   = aws_iam_role.replication.arn

  rule {
    id     = "everything"
    status = "Enabled"

    filter {}

    delete_marker_replication {
      status = "Disabled"
    }

    destination {
      bucket        = aws_s3_bucket.access_logs_replica.arn
      storage_class = "STANDARD_IA"
    }
  }

  depends_on = [aws_s3_bucket_versioning.access_logs, aws_s3_bucket_versioning.access_logs_replica]
}
