# The buckets and what differs between them. What all have in common is in the files named after it.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  region    = data.aws_region.this.name

  # Leap days included, rounded up.
  retention_days = ceil(var.retention_years * 365.25)

  # key: purpose of the KMS key. keep_days: until an object expires. lock: governance can be lifted by somebody with the
  # right to do so (a customer's right to be forgotten), compliance by nobody. tls: AWS's own deliveries still speak 1.2.
  buckets = {
    documents = { key = "data", keep_days = local.retention_days, lock = "GOVERNANCE", tls = "1.3", backup = "hourly" }
    logs      = { key = "logs", keep_days = local.retention_days, lock = "GOVERNANCE", tls = "1.2", backup = "none" }
    reports   = { key = "data", keep_days = local.retention_days, lock = "GOVERNANCE", tls = "1.3", backup = "daily" }
    backups   = { key = "data", keep_days = var.backup_retention_days, lock = "GOVERNANCE", tls = "1.3", backup = "none" }
    audit     = { key = "audit", keep_days = local.retention_days, lock = "COMPLIANCE", tls = "1.2", backup = "none" }
  }

  key_arns = {
    data  = var.data_key_arn
    logs  = var.logs_key_arn
    audit = var.audit_key_arn
  }

  # Bucket names are shared by the whole world: the account's number makes them ours.
  bucket_names  = { for bucket in keys(local.buckets) : bucket => "${var.name}-${bucket}-${local.account}" }
  replica_names = { for bucket in keys(local.buckets) : bucket => "${var.name}-${bucket}-${local.account}-copy" }
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket              = local.bucket_names[each.key]
  object_lock_enabled = var.object_lock

  tags = merge(var.tags, { Name = local.bucket_names[each.key], backup-plan = each.value.backup })
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = local.key_arns[each.value.key]
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  for_each = local.buckets

  bucket        = aws_s3_bucket.this[each.key].id
  target_bucket = aws_s3_bucket.access_logs.id
  target_prefix = "s3/${each.key}/"
}

# Whatever happens to an object can be a rule's concern.
resource "aws_s3_bucket_notification" "this" {
  for_each = local.buckets

  bucket      = aws_s3_bucket.this[each.key].id
  eventbridge = true
}
