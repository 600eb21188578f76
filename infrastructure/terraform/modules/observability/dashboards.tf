# Two dashboards, of AWS's own metrics and those that log_metrics.tf makes: nothing is drawn that nobody emits.

locals {
  dashboard_facts = {
    region           = data.aws_region.this.name
    cluster_name     = var.cluster_name
    service_names    = var.service_names
    alb_arn_suffix   = var.alb_arn_suffix
    queue_names      = var.queue_names
    dead_letters     = var.dead_letter_queue_names
    cache_nodes      = var.cache_node_ids
    canary_name      = local.canary_name
    metric_namespace = local.metric_namespace
    log_metrics      = keys(local.counted_events)
    error_rate_max   = var.error_rate_percent_max
    latency_s_max    = var.latency_p95_s_max
    log_group_names  = values(var.log_group_names)
  }
}

resource "aws_cloudwatch_dashboard" "service_levels" {
  dashboard_name = "${var.name}-service-levels"
  dashboard_body = templatefile("${path.module}/dashboards/service_levels.json.tftpl", local.dashboard_facts)
}

resource "aws_cloudwatch_dashboard" "capacity" {
  dashboard_name = "${var.name}-capacity"
  dashboard_body = templatefile("${path.module}/dashboards/capacity.json.tftpl", local.dashboard_facts)
}
