# One key per purpose, and what may use it: through which AWS services this account's roles may (a role needs an IAM
# policy besides), and which AWS services may by themselves, for what.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "home" {}

data "aws_region" "replica" {
  provider = aws.replica
}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  regions = {
    home    = data.aws_region.home.name
    replica = data.aws_region.replica.name
  }

  purposes = {
    data = {
      description = "Documents, reports, the cache's disks and container images"
      through     = ["s3", "elasticache", "ecr"]
      replicated  = true
    }
    logs = {
      description = "Log groups, archived logs and their way there"
      through     = ["s3", "firehose"]
      replicated  = true
    }
    secrets = {
      description = "Secrets of the services and the function that rotates them"
      through     = ["secretsmanager", "lambda"]
      replicated  = true
    }
    queues = {
      description = "Messages and events on their way"
      through     = ["sqs", "events"]
      replicated  = false
    }
    audit = {
      description = "CloudTrail and the anchors of the audit chains"
      through     = ["s3"]
      replicated  = true
    }
    backup = {
      description = "Backups and their copies in the second region"
      through     = ["backup", "s3"]
      replicated  = true
    }
  }

  # Purpose -> AWS services that use the key by themselves. {region} is the key's own region.
  services = {
    data = []
    logs = [
      {
        sid       = "LogGroups"
        principal = "logs.{region}.amazonaws.com"
        actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:{region}:${local.account}:log-group:*" } }
      },
    ]
    secrets = []
    queues = [
      {
        sid       = "EventsToQueues"
        principal = "events.amazonaws.com"
        actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
        condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
    audit = [
      {
        # Decrypt, as its bucket has a bucket key, which is checked before it is used.
        sid       = "TrailFiles"
        principal = "cloudtrail.amazonaws.com"
        actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"]
        condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
    backup = []
  }

  # Purpose -> roles that ask KMS themselves, with no service of AWS between: Atlas takes its role and encrypts disks. The
  # stack third_party/atlas makes the role after the key, so that it is known by its name only.
  roles = {
    data = [
      {
        sid     = "AtlasEncryptsDisks"
        name    = "${var.name}-atlas"
        actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]
      },
    ]
  }
}
