# What is read seldom moves to cheaper storage classes, of those that answer at once; what is past its time goes. Old
# versions follow a month later.

locals {
  # Day -> storage class. Those that an object would not live to see are left out, and so are the archives below, which
  # take hours to answer.
  storage_classes = {
    90  = "STANDARD_IA"
    180 = "GLACIER_IR"
  }
  noncurrent_days = 30
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    id     = "storage-classes-and-end"
    status = "Enabled"

    filter {}

    dynamic "transition" {
      for_each = { for day, class in local.storage_classes : day => class if tonumber(day) + 30 <= each.value.keep_days }

      content {
        days          = tonumber(transition.key)
        storage_class = transition.value
      }
    }

    expiration {
      days = each.value.keep_days
    }

    noncurrent_version_expiration {
      noncurrent_days = local.noncurrent_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "replica" {
  for_each = local.buckets
  provider = aws.replica

  bucket = aws_s3_bucket.replica[each.key].id

  rule {
    id     = "storage-classes-and-end"
    status = "Enabled"

    filter {}

    dynamic "transition" {
      for_each = { for day, class in local.storage_classes : day => class if tonumber(day) + 30 <= each.value.keep_days }

      content {
        days          = tonumber(transition.key)
        storage_class = transition.value
      }
    }

    expiration {
      days = each.value.keep_days
    }

    noncurrent_version_expiration {
      noncurrent_days = local.noncurrent_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.replica]
}
