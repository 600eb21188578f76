# Objects that nobody may change or delete before their time. Off in short-lived environments: it cannot be taken back.

locals {
  locked = { for bucket, facts in local.buckets : bucket => facts if var.object_lock }
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  for_each = local.locked

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    default_retention {
      mode = each.value.lock
      days = each.value.keep_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_object_lock_configuration" "replica" {
  for_each = local.locked
  provider = aws.replica

  bucket = aws_s3_bucket.replica[each.key].id

  rule {
    default_retention {
      mode = each.value.lock
      days = each.value.keep_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.replica]
}
