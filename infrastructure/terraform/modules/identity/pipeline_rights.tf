# What the pipeline's role may do: push images and release them. It changes no infrastructure; Terraform has its own
# roles from the CloudFormation bootstrap.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  in_account = "${data.aws_region.this.name}:${data.aws_caller_identity.this.account_id}"
  arn        = "arn:${data.aws_partition.this.partition}"
}

data "aws_iam_policy_document" "pipeline" {
  #checkov:skip=CKV_AWS_356:AWS gives these actions no resource: signing in to ECR, registering and reading task definitions, reading alarms
  statement {
    sid       = "SignInToTheRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid = "PushImages"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:DescribeImageScanFindings",
      "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = ["${local.arn}:ecr:${local.in_account}:repository/${var.image_repository_prefix}*"]
  }

  statement {
    sid       = "DescribeTasks"
    actions   = ["ecs:RegisterTaskDefinition", "ecs:DescribeTaskDefinition"]
    resources = ["*"]
  }

  statement {
    sid       = "ReleaseServices"
    actions   = ["ecs:DescribeServices", "ecs:UpdateService"]
    resources = ["${local.arn}:ecs:${local.in_account}:service/${var.name}*/${var.name}*"]
  }

  statement {
    sid = "ReleaseByCodeDeploy"
    actions = [
      "codedeploy:CreateDeployment",
      "codedeploy:GetApplicationRevision",
      "codedeploy:GetDeployment",
      "codedeploy:GetDeploymentConfig",
      "codedeploy:RegisterApplicationRevision",
      "codedeploy:StopDeployment",
    ]
    resources = [
      "${local.arn}:codedeploy:${local.in_account}:application:${var.name}*",
      "${local.arn}:codedeploy:${local.in_account}:deploymentgroup:${var.name}*/*",
      "${local.arn}:codedeploy:${local.in_account}:deploymentconfig:*",
    ]
  }

  statement {
    sid       = "HandTasksTheirRoles"
    actions   = ["iam:PassRole"]
    resources = ["${local.arn}:iam::${data.aws_caller_identity.this.account_id}:role/${var.name}-*"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  statement {
    sid       = "WatchAlarms"
    actions   = ["cloudwatch:DescribeAlarms"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "pipeline" {
  name        = "${var.name}-pipeline"
  description = "Push images, release services"
  policy      = data.aws_iam_policy_document.pipeline.json

  tags = merge(var.tags, { Name = "${var.name}-pipeline" })
}

resource "aws_iam_role_policy_attachment" "pipeline" {
  role       = aws_iam_role.pipeline.name
  policy_arn = aws_iam_policy.pipeline.arn
}
