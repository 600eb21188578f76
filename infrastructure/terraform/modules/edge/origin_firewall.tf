# The firewall before the load balancer: lets in what shows the origin secret, but for paths that are for the inside only,
# and turns everything else away. It stands in one place, so that no service's listener rule can forget it, and before
# both listeners: who tests a release comes past CloudFront and its firewall.

locals {
  # How a path is read before it is compared: no way of writing it may lead past.
  plain_path = ["URL_DECODE", "NORMALIZE_PATH", "LOWERCASE"]
}

resource "aws_wafv2_web_acl" "origin" {
  #checkov:skip=CKV_AWS_192:Known bad inputs are stopped by the web ACL at CloudFront, before which nothing gets here
  name        = "${var.name}-origin"
  description = "Only requests that CloudFront sends with the origin secret"
  scope       = "REGIONAL"

  default_action {
    block {}
  }

  dynamic "rule" {
    for_each = var.blocked_path_prefixes

    content {
      name     = "inside-only-${rule.key}"
      priority = rule.key

      action {
        block {}
      }

      statement {
        byte_match_statement {
          search_string         = rule.value
          positional_constraint = "STARTS_WITH"

          field_to_match {
            uri_path {}
          }

          dynamic "text_transformation" {
            for_each = local.plain_path

            content {
              priority = text_transformation.key
              type     = text_transformation.value
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-origin-inside-only-${rule.key}"
        sampled_requests_enabled   = false
      }
    }
  }

  dynamic "rule" {
    for_each = range(length(var.origin_secret_versions))

    content {
      name     = "origin-secret-${rule.value}"
      priority = 10 + rule.value

      action {
        allow {}
      }

      statement {
        byte_match_statement {
          search_string         = local.accepted_secrets[rule.value]
          positional_constraint = "EXACTLY"

          field_to_match {
            single_header {
              name = local.secret_header
            }
          }

          text_transformation {
            priority = 0
            type     = "NONE"
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-origin-secret-${rule.value}"
        sampled_requests_enabled   = false
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "${var.name}-origin"
    sampled_requests_enabled   = false
  }

  tags = merge(var.tags, { Name = "${var.name}-origin" })
}

resource "aws_wafv2_web_acl_association" "load_balancer" {
  resource_arn = aws_lb.this.arn
  web_acl_arn  = aws_wafv2_web_acl.origin.arn
}

resource "aws_cloudwatch_log_group" "origin_firewall" {
  name              = "aws-waf-logs-${var.name}-origin"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_key_arn

  tags = merge(var.tags, { Name = "aws-waf-logs-${var.name}-origin" })
}

resource "aws_wafv2_web_acl_logging_configuration" "origin" {
  resource_arn            = aws_wafv2_web_acl.origin.arn
  log_destination_configs = [aws_cloudwatch_log_group.origin_firewall.arn]

  dynamic "redacted_fields" {
    for_each = ["authorization", "cookie", local.secret_header]

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
