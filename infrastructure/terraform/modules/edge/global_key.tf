# Key of what the edge keeps in us-east-1: the firewall's log and the alarms' topic. Keys of the home region cannot be
# used there.

data "aws_iam_policy_document" "global_key" {
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
    sid       = "LogsOfTheFirewall"
    actions   = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.us-east-1.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${data.aws_partition.this.partition}:logs:us-east-1:${data.aws_caller_identity.this.account_id}:log-group:aws-waf-logs-${var.name}-viewers"]
    }
  }

  statement {
    sid       = "AlarmsIntoTheTopic"
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
}

resource "aws_kms_key" "global" {
  provider = aws.global

  description             = "Firewall log and alarms of ${var.name} in us-east-1"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.global_key.json

  tags = merge(var.tags, { Name = "${var.name}-edge-global" })
}

resource "aws_kms_alias" "global" {
  provider = aws.global

  name          = "alias/${var.name}-edge-global"
  target_key_id = aws_kms_key.global.key_id
}
