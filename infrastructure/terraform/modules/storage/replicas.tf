# A copy of each bucket in the second region, as closed, encrypted and versioned as its original.

resource "aws_s3_bucket" "replica" {
  #checkov:skip=CKV_AWS_144:these are the copies; they are not copied again
  for_each = local.buckets
  provider = aws.replica

  bucket              = local.replica_names[each.key]
  object_lock_enabled = var.object_lock

  tags = merge(var.tags, { Name = local.replica_names[each.key] })
}

resource "aws_s3_bucket_versioning" "replica" {
  for_each = local.buckets
  provider = aws.replica

  bucket = aws_s3_bucket.replica[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_ownership_controls" "replica" {
  for_each = local.buckets
  provider = aws.replica

  bucket = aws_s3_bucket.replica[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "replica" {
  for_each = local.buckets
  provider = aws.replica

  bucket                  = aws_s3_bucket.replica[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "replica" {
  for_each = local.buckets
  provider = aws.replica

  bucket = aws_s3_bucket.replica[each.key].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.replica_key_arns[each.value.key]
    }
  }
}

resource "aws_s3_bucket_logging" "replica" {
  for_each = local.buckets
  provider = aws.replica

  bucket        = aws_s3_bucket.replica[each.key].id
  target_bucket = aws_s3_bucket.access_logs_replica.id
  target_prefix = "s3/${each.key}/"
}

resource "aws_s3_bucket_notification" "replica" {
  for_each = local.buckets
  provider = aws.replica

  bucket      = aws_s3_bucket.replica[each.key].id
  eventbridge = true
}

resource "aws_s3_bucket_policy" "replica" {
  for_each = local.buckets
  provider = aws.replica

  bucket = aws_s3_bucket.replica[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.refusals.replica[each.key]
  })

  depends_on = [aws_s3_bucket_public_access_block.replica]
}
