# The pipeline: GitHub Actions, and of it only this repository's jobs in this environment, with no key that lasts.

resource "aws_iam_openid_connect_provider" "github" {
  count = var.oidc_provider_arn == null ? 1 : 0

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]

  tags = merge(var.tags, { Name = "${var.name}-github" })
}

locals {
  oidc_provider_arn = var.oidc_provider_arn == null ? aws_iam_openid_connect_provider.github[0].arn : var.oidc_provider_arn
  pipeline_subject  = "repo:${var.repository}:environment:${var.environment}"
}

data "aws_iam_policy_document" "pipeline_trust" {
  statement {
    sid     = "JobsOfThisEnvironment"
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.oidc_provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = [local.pipeline_subject]
    }
  }
}

resource "aws_iam_role" "pipeline" {
  name                 = "${var.name}-pipeline"
  description          = "Releases ${var.repository} to ${var.environment}"
  assume_role_policy   = data.aws_iam_policy_document.pipeline_trust.json
  permissions_boundary = aws_iam_policy.boundary.arn
  max_session_duration = 3600

  tags = merge(var.tags, { Name = "${var.name}-pipeline" })
}
