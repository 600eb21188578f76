# The most that any role of the product can ever do, whatever its policies say. A boundary grants nothing by itself.

data "aws_iam_policy_document" "boundary" {
  #checkov:skip=CKV_AWS_108:A boundary grants nothing; the roles' own policies name the resources
  #checkov:skip=CKV_AWS_109:A boundary grants nothing; the roles' own policies name the resources
  #checkov:skip=CKV_AWS_110:A boundary grants nothing; PassRole is held to roles of the product below
  #checkov:skip=CKV_AWS_111:A boundary grants nothing; the roles' own policies name the resources
  #checkov:skip=CKV_AWS_356:A boundary grants nothing; the roles' own policies name the resources
  statement {
    sid = "WhatTheProductUses"
    actions = [
      "application-autoscaling:Describe*",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:PutMetricData",
      "codedeploy:*",
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
      "ecr:*",
      "ecs:*",
      "elasticache:DescribeReplicationGroups",
      "elasticache:ModifyReplicationGroup",
      "elasticloadbalancing:*",
      "events:PutEvents",
      "firehose:PutRecord",
      "firehose:PutRecordBatch",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:GenerateMac",
      "kms:VerifyMac",
      "lambda:InvokeFunction",
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:PutLogEvents",
      "s3:AbortMultipartUpload",
      "s3:GetBucketLocation",
      "s3:GetObject*",
      "s3:ListAllMyBuckets",
      "s3:ListBucket",
      "s3:ListBucketMultipartUploads",
      "s3:ListBucketVersions",
      "s3:PutObject",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetRandomPassword",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
      "sns:Publish",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
      "ssmmessages:*",
      "xray:GetSampling*",
      "xray:Put*",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "RolesOfTheProductToItsTasks"
    actions   = ["iam:PassRole"]
    resources = ["${local.arn}:iam::${data.aws_caller_identity.this.account_id}:role/${var.name}-*"]
  }

  statement {
    sid    = "NeverTheTrailNorTheEvidence"
    effect = "Deny"
    actions = [
      "backup:DeleteRecoveryPoint",
      "cloudtrail:DeleteTrail",
      "cloudtrail:StopLogging",
      "config:StopConfigurationRecorder",
      "guardduty:DeleteDetector",
      "iam:Create*",
      "iam:Delete*",
      "iam:Put*",
      "kms:DisableKey",
      "kms:ScheduleKeyDeletion",
      "organizations:LeaveOrganization",
      "s3:BypassGovernanceRetention",
      "s3:DeleteObjectVersion",
      "s3:PutBucketPolicy",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "boundary" {
  #checkov:skip=CKV_AWS_286:A boundary grants nothing; PassRole is held to roles of the product
  #checkov:skip=CKV_AWS_287:A boundary grants nothing; the roles' own policies name the secrets
  #checkov:skip=CKV_AWS_288:A boundary grants nothing; the roles' own policies name the data
  #checkov:skip=CKV_AWS_289:A boundary grants nothing, and denies the management of rights
  #checkov:skip=CKV_AWS_290:A boundary grants nothing; the roles' own policies name the resources
  #checkov:skip=CKV_AWS_355:A boundary grants nothing; the roles' own policies name the resources
  name        = "${var.name}-boundary"
  description = "The most that a role of ${var.name} can do"
  policy      = data.aws_iam_policy_document.boundary.json

  tags = merge(var.tags, { Name = "${var.name}-boundary" })
}
