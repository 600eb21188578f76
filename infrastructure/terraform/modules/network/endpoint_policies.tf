# What may be done through each VPC endpoint: this account's principals only (but for Cognito's keys, which are asked for without
# credentials), and only the calls that the services, the task starter, the trace collector and the rotation make. A stolen foreign credential carries no data out.

locals {
  endpoint_actions = {
    "ecr.api"        = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer"]
    "ecr.dkr"        = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer"]
    "elasticache"    = ["elasticache:DescribeReplicationGroups", "elasticache:ModifyReplicationGroup"]
    "events"         = ["events:PutEvents"]
    "kms"            = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateMac", "kms:VerifyMac"]
    "logs"           = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    "monitoring"     = ["cloudwatch:PutMetricData"]
    "secretsmanager" = ["secretsmanager:DescribeSecret", "secretsmanager:GetRandomPassword", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
    "sqs"            = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage"]
    "sts"            = ["sts:AssumeRole", "sts:GetCallerIdentity"]
    "xray"           = ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
  }

  # Cognito is asked for one thing, the pool's public keys, and that without credentials.
  keys_endpoint_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "PublicKeysWithoutCredentials"
        Effect    = "Allow"
        Principal = "*"
        Action    = "*"
        Resource  = "arn:${local.partition}:cognito-idp:${local.region}:${local.account}:userpool/*"
        Condition = { Null = { "aws:PrincipalAccount" = "true" } }
      },
    ]
  })

  interface_endpoint_policies = merge({ "cognito-idp" = local.keys_endpoint_policy }, {
    for service, actions in local.endpoint_actions : service => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "OwnPrincipals"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = actions
        Resource  = "*"
        Condition = { StringEquals = { "aws:PrincipalAccount" = local.account } }
      }]
    })
  })

  s3_endpoint_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OwnBucketsForOwnPrincipals"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions", "s3:PutObject"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:PrincipalAccount" = local.account, "aws:ResourceAccount" = local.account } }
      },
      {
        # ECR hands out signed addresses into this bucket of AWS.
        Sid       = "ImageLayers"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = ["s3:GetObject"]
        Resource  = "arn:${local.partition}:s3:::prod-${local.region}-starport-layer-bucket/*"
      },
    ]
  })
}
