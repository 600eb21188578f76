# Key of the topics. CloudWatch and EventBridge must be able to use it, or alarms get lost without a word.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

data "aws_iam_policy_document" "topics_key" {
  #checkov:skip=CKV_AWS_109:The account's administrators manage the key, as AWS's own default key policy has it
  #checkov:skip=CKV_AWS_111:In a key policy, the resource is the key itself
  #checkov:skip=CKV_AWS_356:In a key policy, the resource is the key itself
  statement {
    sid       = "AccountManagesByIam"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}:root"]
    }
  }

  statement {
    sid       = "AlarmsIntoTheTopics"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }

  # No condition, by AWS's word: neither aws:SourceAccount nor aws:SourceArn is supported where EventBridge publishes into
  # an encrypted topic (SNS's guide, key management): one would lose every finding. The risk is taken, see topics.tf: the
  # key opens nothing but these topics, and whoever reads them must be subscribed.
  statement {
    sid       = "RulesIntoTheTopics"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "topics" {
  description             = "Alarm topics of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.topics_key.json

  tags = merge(var.tags, { Name = "${var.name}-topics" })
}

resource "aws_kms_alias" "topics" {
  name          = "alias/${var.name}-topics"
  target_key_id = aws_kms_key.topics.key_id
}
