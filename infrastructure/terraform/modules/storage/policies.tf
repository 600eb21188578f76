# What no IAM policy can allow (refusals), and which AWS services may deliver where.

locals {
  # AWS Backup reads as this role of module backup, and AWS does not say that it speaks TLS 1.3.
  backup_role_arn = "arn:${local.partition}:iam::${local.account}:role/${var.name}-backup"

  # A service of AWS encrypts as it does: CloudTrail's digests are under S3's own key.
  not_for_services = { "aws:PrincipalIsAWSService" = "false" }

  # Place -> bucket -> statements: TLS only, and no other key than the bucket's.
  refusals = {
    for place, names in { home = local.bucket_names, replica = local.replica_names } : place => {
      for bucket, facts in local.buckets : bucket => [
        {
          Sid       = "OverTlsOnly"
          Effect    = "Deny"
          Principal = { AWS = "*" }
          Action    = "s3:*"
          Resource  = ["arn:${local.partition}:s3:::${names[bucket]}", "arn:${local.partition}:s3:::${names[bucket]}/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
        {
          Sid       = "OverNewTlsOnly"
          Effect    = "Deny"
          Principal = { AWS = "*" }
          Action    = "s3:*"
          Resource  = ["arn:${local.partition}:s3:::${names[bucket]}", "arn:${local.partition}:s3:::${names[bucket]}/*"]
          Condition = {
            NumericLessThan = { "s3:TlsVersion" = facts.tls }
            ArnNotEquals    = { "aws:PrincipalArn" = local.backup_role_arn }
          }
        },
        {
          Sid       = "UnderItsOwnKeyOnly"
          Effect    = "Deny"
          Principal = { AWS = "*" }
          Action    = "s3:PutObject"
          Resource  = "arn:${local.partition}:s3:::${names[bucket]}/*"
          Condition = {
            # Whoever asks for no encryption gets the bucket's.
            Null = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "false" }
            StringNotEquals = {
              "s3:x-amz-server-side-encryption-aws-kms-key-id" = place == "home" ? local.key_arns[facts.key] : var.replica_key_arns[facts.key]
            }
          }
        },
        {
          Sid       = "UnderAKmsKeyOnly"
          Effect    = "Deny"
          Principal = { AWS = "*" }
          Action    = "s3:PutObject"
          Resource  = "arn:${local.partition}:s3:::${names[bucket]}/*"
          Condition = {
            Null            = { "s3:x-amz-server-side-encryption" = "false" }
            StringNotEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" }
            BoolIfExists    = local.not_for_services
          }
        },
        # Whoever asks for KMS and names no key gets AWS's own.
        {
          Sid       = "UnderANamedKeyOnly"
          Effect    = "Deny"
          Principal = { AWS = "*" }
          Action    = "s3:PutObject"
          Resource  = "arn:${local.partition}:s3:::${names[bucket]}/*"
          Condition = {
            Null = {
              "s3:x-amz-server-side-encryption"                = "false"
              "s3:x-amz-server-side-encryption-aws-kms-key-id" = "true"
            }
            BoolIfExists = local.not_for_services
          }
        },
        # Whoever encrypts by a key that only they hold takes the object hostage.
        {
          Sid       = "UnderNoKeyOfTheCaller"
          Effect    = "Deny"
          Principal = { AWS = "*" }
          Action    = "s3:PutObject"
          Resource  = "arn:${local.partition}:s3:::${names[bucket]}/*"
          Condition = { Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } }
        },
      ]
    }
  }

  # CloudTrail writes into the audit bucket: this account's only, readable by the account.
  audit_bucket_arn = "arn:${local.partition}:s3:::${local.bucket_names["audit"]}"

  deliveries = {
    audit = [
      {
        Sid       = "TrailLooks"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = local.audit_bucket_arn
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
      },
      {
        Sid       = "TrailWrites"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${local.audit_bucket_arn}/cloudtrail/AWSLogs/${local.account}/*"
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn, "s3:x-amz-acl" = "bucket-owner-full-control" } }
      },
    ]
  }

  # The trail of module audit, known by its name, as the bucket is there before the trail.
  trail_arn = "arn:${local.partition}:cloudtrail:${local.region}:${local.account}:trail/${var.name}-trail"
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.refusals.home[each.key], lookup(local.deliveries, each.key, []))
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}
