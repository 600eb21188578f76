# What is for the inside only: metrics, and which thing a service misses. The firewalls turn such requests away however
# they are written (escaped, in capitals, with dots); this is the second lock, where no service's rule comes before it.

locals {
  inside_only_patterns = flatten([for prefix in var.blocked_path_prefixes : [prefix, "${prefix}/*"]])
}

resource "aws_lb_listener_rule" "inside_only" {
  for_each = {
    production = aws_lb_listener.production.arn
    test       = aws_lb_listener.test.arn
  }

  listener_arn = each.value
  priority     = 1

  condition {
    path_pattern {
      values = local.inside_only_patterns
    }
  }

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "application/json"
      message_body = local.nothing_here
      status_code  = "404"
    }
  }

  tags = merge(var.tags, { Name = "${var.name}-${each.key}-inside-only" })
}
