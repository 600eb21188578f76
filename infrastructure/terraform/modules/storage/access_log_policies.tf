# Who may deliver: AWS's own services for this account's resources, each under its prefix. Config is among them, since it
# delivers into no bucket whose lock has a default retention, as the audit bucket's has.

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
      [for statement in local.home_deliveries : statement if place == "home"],
    )
  }

  home_deliveries = [
    {
      Sid       = "LoadBalancersDeliver"
      Effect    = "Allow"
      Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:${local.partition}:s3:::${local.access_logs_name}/*/AWSLogs/${local.account}/*"
      # The load balancer is documented to name its ARN, not its account besides.
      Condition = { ArnLike = { "aws:SourceArn" = "arn:${local.partition}:elasticloadbalancing:${local.region}:${local.account}:loadbalancer/*" } }
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
    {
      Sid       = "ConfigLooks"
      Effect    = "Allow"
      Principal = { Service = "config.amazonaws.com" }
      Action    = ["s3:GetBucketAcl", "s3:ListBucket"]
      Resource  = "arn:${local.partition}:s3:::${local.access_logs_name}"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    },
    {
      Sid       = "ConfigDelivers"
      Effect    = "Allow"
      Principal = { Service = "config.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:${local.partition}:s3:::${local.access_logs_name}/config/AWSLogs/${local.account}/*"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account, "s3:x-amz-acl" = "bucket-owner-full-control" } }
    },
  ]
}
