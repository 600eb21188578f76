# Which requests X-Ray keeps. The first match by priority counts.

locals {
  sampling = {
    health  = { priority = 10, reservoir = 0, share = 0, method = "GET", path = "/health/*" }
    metrics = { priority = 11, reservoir = 0, share = 0, method = "GET", path = "/metrics" }
    creates = { priority = 20, reservoir = 5, share = min(1, var.traced_share * 4), method = "POST", path = "/v1/refunds" }
    others  = { priority = 100, reservoir = 1, share = var.traced_share, method = "*", path = "*" }
  }
}

resource "aws_xray_sampling_rule" "this" {
  for_each = local.sampling

  rule_name      = "${var.name}-${each.key}"
  priority       = each.value.priority
  version        = 1
  reservoir_size = each.value.reservoir
  fixed_rate     = each.value.share
  url_path       = each.value.path
  http_method    = each.value.method
  host           = "*"
  service_name   = "${var.name}-*"
  service_type   = "*"
  resource_arn   = "*"

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_xray_group" "ill" {
  group_name        = "${var.name}-ill"
  filter_expression = "fault = true OR responsetime > ${var.latency_p95_s_max}"

  insights_configuration {
    insights_enabled      = true
    notifications_enabled = true
  }

  tags = merge(var.tags, { Name = "${var.name}-ill" })
}
