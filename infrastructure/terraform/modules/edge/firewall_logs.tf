# What the firewall at CloudFront did, in us-east-1, without what a log must never hold: tokens, cookies, the origin
# secret, query strings.

resource "aws_cloudwatch_log_group" "firewall" {
  provider = aws.global

  name              = "aws-waf-logs-${var.name}-viewers"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.global.arn

  tags = merge(var.tags, { Name = "aws-waf-logs-${var.name}-viewers" })
}

resource "aws_wafv2_web_acl_logging_configuration" "viewers" {
  provider = aws.global

  resource_arn            = aws_wafv2_web_acl.viewers.arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall.arn]

  dynamic "redacted_fields" {
    for_each = ["authorization", "cookie"]

    content {
      single_header {
        name = redacted_fields.value
      }
    }
  }

  redacted_fields {
    query_string {}
  }
}
