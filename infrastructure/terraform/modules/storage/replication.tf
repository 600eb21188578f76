# Everything that is written here is copied to the second region within minutes, under that region's key.

resource "aws_s3_bucket_replication_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id
  role   = aws_iam_role.replication.arn

  rule {
    id     = "everything"
    status = "Enabled"

    filter {}

    # A deletion here is not a deletion there: the copy is also for the day somebody deletes by mistake.
    delete_marker_replication {
      status = "Disabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket        = aws_s3_bucket.replica[each.key].arn
      storage_class = "STANDARD_IA"

      encryption_configuration {
        replica_kms_key_id = var.replica_key_arns[each.value.key]
      }

      # S3 promises fifteen minutes, and counts what is late.
      metrics {
        status = "Enabled"

        event_threshold {
          minutes = 15
        }
      }

      replication_time {
        status = "Enabled"

        time {
          minutes = 15
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this, aws_s3_bucket_versioning.replica]
}

resource "aws_iam_role" "replication" {
  name        = "${var.name}-replication"
  description = "Lets S3 copy objects to the second region"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })

  tags = merge(var.tags, { Name = "${var.name}-replication" })
}

resource "aws_iam_role_policy" "replication" {
  name = "copy-objects"
  role = aws_iam_role.replication.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "FindObjects"
        Effect   = "Allow"
        Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        Resource = concat([for bucket in aws_s3_bucket.this : bucket.arn], [aws_s3_bucket.access_logs.arn])
      },
      {
        Sid    = "ReadObjects"
        Effect = "Allow"
        Action = [
          "s3:GetObjectLegalHold", "s3:GetObjectRetention", "s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication",
          "s3:GetObjectVersionTagging",
        ]
        Resource = concat([for bucket in aws_s3_bucket.this : "${bucket.arn}/*"], ["${aws_s3_bucket.access_logs.arn}/*"])
      },
      {
        Sid      = "WriteCopies"
        Effect   = "Allow"
        Action   = ["s3:ReplicateObject", "s3:ReplicateTags"]
        Resource = concat([for bucket in aws_s3_bucket.replica : "${bucket.arn}/*"], ["${aws_s3_bucket.access_logs_replica.arn}/*"])
      },
      {
        Sid      = "OpenOriginals"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = values(local.key_arns)
      },
      {
        # S3 checks the copy's bucket key by decrypting it before it uses it.
        Sid      = "SealCopies"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
        Resource = [for purpose in keys(local.key_arns) : var.replica_key_arns[purpose]]
      },
    ]
  })
}
