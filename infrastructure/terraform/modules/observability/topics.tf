# Where alarms go: critical wakes somebody, warning waits until the morning. These stand alone: every module's alarms
# tell them, so that they may need nothing of any module.

locals {
  severities = toset(["critical", "warning"])
}

resource "aws_sns_topic" "alarms" {
  for_each = local.severities

  name              = "${var.name}-${each.key}"
  kms_master_key_id = aws_kms_key.topics.arn

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

data "aws_iam_policy_document" "publishers" {
  for_each = local.severities

  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms[each.key].arn]

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

  # No condition, by AWS's word: "Condition blocks" cannot be used in SNS topic policies for EventBridge (its user guide,
  # resource-based policies), so one would lose every finding. The risk is taken: a rule of another account publishes here
  # only by a role of its own account (same guide, services of another account), and no foreign role is let in. Were that to
  # fail, a stranger who knows the topic's name could wake somebody for nothing; there is nothing to read.
  statement {
    sid       = "RulesOfEventBridge"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms[each.key].arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }

  statement {
    sid       = "NeverWithoutTls"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms[each.key].arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  for_each = local.severities

  arn    = aws_sns_topic.alarms[each.key].arn
  policy = data.aws_iam_policy_document.publishers[each.key].json
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = { for pair in setproduct(local.severities, var.emails) : "${pair[0]}:${pair[1]}" => { severity = pair[0], email = pair[1] } }

  topic_arn = aws_sns_topic.alarms[each.value.severity].arn
  protocol  = "email"
  endpoint  = each.value.email
}

resource "aws_sns_topic_subscription" "critical" {
  for_each = var.critical_urls

  topic_arn              = aws_sns_topic.alarms["critical"].arn
  protocol               = "https"
  endpoint               = each.value
  endpoint_auto_confirms = true
}
