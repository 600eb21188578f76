# Who may deliver access logs: AWS's own services for this account's resources, each under its prefix.

locals {
  access_log_statements = {
    for place, name in { home = local.access_logs_name, replica = local.access_logs_replica_name } : place => concat(
      [
        {
          Sid       = "OverTlsOnly"
          Effect    = "Deny"
          Principal = { AWS = "*" }
          Action    = "s3:*"
          Resource  = ["arn:${local.partition}:s3:::${name}", "arn:${local.partition}:s3:::${name}/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
        {
          Sid       = "BucketsDeliver"
          Effect    = "Allow"
          Principal = { Service = "logging.s3.amazonaws.com" }
          Action    = "s3:PutObject"
          Resource  = "arn:${local.partition}:s3:::${name}/s3/*"
          Condition = {
            ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:s3:::${var.name}-*" }
            StringEquals = { "aws:SourceAccount" = local.account }
          }
        },
      ],
      [for statement in local.edge_deliveries : statement if place == "home"],
    )
  }

  edge_deliveries = [
    {
      Sid       = "LoadBalancersDeliver"
      Effect    = "Allow"
      Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:${local.partition}:s3:::${local.access_logs_name}/*/AWSLogs/${local.account}/*"
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:elasticloadbalancing:${local.region}:${local.account}:loadbalancer/*" }
        StringEquals = { "aws:SourceAccount" = local.account }
      }
    },
    {
      # CloudFront's logs come from us-east-1, its home.
      Sid       = "DistributionsDeliver"
      Effect    = "Allow"
      Principal = { Service = "delivery.logs.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:${local.partition}:s3:::${local.access_logs_name}/*"
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:logs:us-east-1:${local.account}:delivery-source:*" }
        StringEquals = { "aws:SourceAccount" = local.account, "s3:x-amz-acl" = "bucket-owner-full-control" }
      }
    },
  ]
}
