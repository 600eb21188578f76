# What the rotation function may do: write the token, tell the cache, tell the services' secrets. It reads no other.

resource "aws_iam_role" "rotation" {
  name        = local.function_name
  description = "Lets the function change the token of the cache"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  tags = merge(var.tags, { Name = local.function_name })
}

resource "aws_iam_role_policy" "rotation" {
  name = "change-the-token"
  role = aws_iam_role.rotation.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ChangeToken"
        Effect = "Allow"
        Action = [
          "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ]
        Resource = [aws_secretsmanager_secret.redis_token.arn]
      },
      {
        Sid      = "TellServices"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]
        Resource = [for service in sort(var.services) : aws_secretsmanager_secret.service[service].arn]
      },
      {
        # Draws random letters: it has no resource.
        Sid      = "DrawToken"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetRandomPassword"]
        Resource = ["*"]
      },
      {
        Sid      = "UseKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = [var.secrets_key_arn]
      },
      {
        Sid      = "TellCache"
        Effect   = "Allow"
        Action   = ["elasticache:DescribeReplicationGroups", "elasticache:ModifyReplicationGroup"]
        Resource = ["arn:${local.partition}:elasticache:${local.region}:${local.account}:replicationgroup:${local.cache_group_id}"]
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.rotation.arn}:*"]
      },
    ]
  })
}

# Lambda's own needs in a VPC, and X-Ray's.
resource "aws_iam_role_policy" "rotation_network" {
  #checkov:skip=CKV_AWS_290:network interfaces are not there before Lambda makes them, and traces are no resources
  #checkov:skip=CKV_AWS_355:network interfaces are not there before Lambda makes them, and traces are no resources
  name = "stand-in-network"
  role = aws_iam_role.rotation.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = [
        "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
        "xray:PutTelemetryRecords", "xray:PutTraceSegments",
      ]
      Resource = ["*"]
    }]
  })
}
