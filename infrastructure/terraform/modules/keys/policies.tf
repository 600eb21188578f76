# Who may do what with each key, in both regions. Nobody gets anything as "*": the account's own roles are named by its
# root (which hands the decision to their IAM policies), AWS's services by their principals and for this account only.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "home" {}

data "aws_region" "replica" {
  provider = aws.replica
}

locals {
  account = data.aws_caller_identity.this.account_id
  arn     = "arn:${data.aws_partition.this.partition}"
  root    = "${local.arn}:iam::${local.account}:root"

  regions = { home = data.aws_region.home.name, replica = data.aws_region.replica.name }

  cryptography = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]

  # Management without use: who may change a key reads nothing by it.
  management = {
    Sid       = "AccountManagesByIam"
    Effect    = "Allow"
    Principal = { AWS = local.root }
    Action = [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:DisableKeyRotation",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:Get*",
      "kms:List*",
      "kms:PutKeyPolicy",
      "kms:ReplicateKey",
      "kms:RevokeGrant",
      "kms:RotateKeyOnDemand",
      "kms:ScheduleKeyDeletion",
      "kms:SynchronizeMultiRegionKey",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
      "kms:UpdatePrimaryRegion",
    ]
    Resource = "*"
  }

  log_groups_by_use = {
    logs          = "log-group:*${var.name}*"
    rotation_logs = "log-group:/aws/lambda/${var.name}-*"
  }

  direct_use = { for place, region in local.regions : place => merge(
    { for use, log_groups in local.log_groups_by_use : use => [{
      Sid       = "CloudWatchLogs"
      Effect    = "Allow"
      Principal = { Service = "logs.${region}.amazonaws.com" }
      Action    = local.cryptography
      Resource  = "*"
      Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "${local.arn}:logs:${region}:${local.account}:${log_groups}" } }
    }] },
    {
      events = [{
        Sid       = "EventsOnTheBusAndIntoQueues"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      }]
      cloudtrail = [
        {
          Sid       = "TrailsEncrypt"
          Effect    = "Allow"
          Principal = { Service = "cloudtrail.amazonaws.com" }
          Action    = ["kms:GenerateDataKey*"]
          Resource  = "*"
          Condition = {
            StringEquals = { "aws:SourceArn" = "${local.arn}:cloudtrail:${local.regions.home}:${local.account}:trail/${var.name}-trail" }
            StringLike   = { "kms:EncryptionContext:aws:cloudtrail:arn" = "${local.arn}:cloudtrail:*:${local.account}:trail/*" }
          }
        },
        {
          Sid       = "TrailsSeeTheKey"
          Effect    = "Allow"
          Principal = { Service = "cloudtrail.amazonaws.com" }
          Action    = ["kms:DescribeKey"]
          Resource  = "*"
          Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
        },
      ]
      config = [{
        Sid       = "ConfigurationHistory"
        Effect    = "Allow"
        Principal = { Service = "config.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      }]
    },
  ) }

  policies = { for place, region in local.regions : place => { for key, purpose in local.purposes : key => jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        local.management,
        {
          Sid       = "AccountUsesThroughServices"
          Effect    = "Allow"
          Principal = { AWS = local.root }
          Action    = local.cryptography
          Resource  = "*"
          Condition = { StringEquals = {
            "kms:CallerAccount" = local.account
            "kms:ViaService"    = [for service in purpose.used_through : "${service}.${region}.amazonaws.com"]
          } }
        },
        {
          Sid       = "ServicesHoldTheKeyForResources"
          Effect    = "Allow"
          Principal = { AWS = local.root }
          Action    = ["kms:CreateGrant"]
          Resource  = "*"
          Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
        },
      ],
      flatten([for use in purpose.used_directly : local.direct_use[place][use]]),
    )
  }) } }
}
