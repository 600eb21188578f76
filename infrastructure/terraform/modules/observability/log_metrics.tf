# Lines of the services' logs, counted. The event names are those that the product writes; a test holds them equal.

locals {
  metric_namespace = "Refunds/${var.name}"

  # metric => events of src/refunds that count
  counted_events = {
    request_failures = ["request.failed"]
    health_failures  = ["health.check_failed"]
    loop_failures    = ["loop.failed", "relay.step_failed", "work.failed"]
    loops_ended      = ["loop.ended"]
    loops_late       = ["loop.late"]
    relay_broken     = ["relay.step_broken"]
    unreadable       = ["payment.unreadable", "relay.change_unreadable", "relay.payment_quarantined", "settings.unreadable", "sweep.payments_quarantined"]
    audit_broken     = ["audit.anchor_broken", "audit.behind_anchor"]
    bulk_failures    = ["bulk.row_failed"]
    keys_not_fetched = ["issuer_keys.not_fetched"]
    webhooks_refused = ["webhook.refused"]
    webhooks_unread  = ["gateway.id_of_other_payment", "refund.left_to_a_person", "webhook.unread"]
    webhooks_lost    = ["webhook.unread_not_kept"]
    hints_away       = ["hints.away"]
  }

  log_metrics = merge([
    for service, group in var.log_group_names : {
      for metric, events in local.counted_events : "${service}/${metric}" => { service = service, group = group, metric = metric, events = events }
    }
  ]...)

  # More than so many lines in five minutes, so many times in a row.
  watched_metrics = {
    loops    = { metric = "loop_failures", threshold = 25, periods = 2, severity = "critical", says = "Loops of a service fail again and again" }
    ended    = { metric = "loops_ended", threshold = 0, periods = 1, severity = "critical", says = "A loop ended unasked, and its process with it" }
    relay    = { metric = "relay_broken", threshold = 0, periods = 2, severity = "critical", says = "A reader of the feed met an error that it does not know, and stands" }
    alien    = { metric = "unreadable", threshold = 0, periods = 1, severity = "critical", says = "A payment can be read or claimed no more: something else than the product wrote it" }
    audit    = { metric = "audit_broken", threshold = 0, periods = 1, severity = "critical", says = "A chain of the audit log has left its anchor, or an anchor was changed" }
    requests = { metric = "request_failures", threshold = 0, periods = 1, severity = "warning", says = "A request met an error that nobody foresaw" }
    bulk     = { metric = "bulk_failures", threshold = 0, periods = 1, severity = "warning", says = "A row of a bulk request met an error that nobody foresaw" }
    health   = { metric = "health_failures", threshold = 25, periods = 2, severity = "warning", says = "What a service needs does not answer its health check" }
    late     = { metric = "loops_late", threshold = 10, periods = 2, severity = "warning", says = "Loops take longer than they may" }
    keys     = { metric = "keys_not_fetched", threshold = 3, periods = 2, severity = "warning", says = "The issuer's keys cannot be fetched: new ones are not known, and those taken back still hold" }
    webhooks = { metric = "webhooks_refused", threshold = 20, periods = 2, severity = "warning", says = "Webhooks are refused: a gateway signs with another secret, or a stranger knocks" }
    unread   = { metric = "webhooks_unread", threshold = 0, periods = 1, severity = "warning", says = "A webhook can never be read or recorded, or a gateway contradicts itself: a person must look the refund up at the gateway" }
    unkept   = { metric = "webhooks_lost", threshold = 0, periods = 1, severity = "critical", says = "Signed webhooks that cannot be read are not kept either, and their gateway is answered 503" }
    hints    = { metric = "hints_away", threshold = 10, periods = 2, severity = "warning", says = "The queues cannot be reached; refunds go on by the sweep, later" }
  }
}

resource "aws_cloudwatch_log_metric_filter" "event" {
  for_each = local.log_metrics

  name           = "${var.name}-${each.value.service}-${each.value.metric}"
  log_group_name = each.value.group
  pattern        = "{ ${join(" || ", [for event in each.value.events : "($.event = \"${event}\")"])} }"

  metric_transformation {
    namespace     = local.metric_namespace
    name          = each.value.metric
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}

resource "aws_cloudwatch_metric_alarm" "failures_in_logs" {
  for_each = local.watched_metrics

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.says
  namespace           = local.metric_namespace
  metric_name         = each.value.metric
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = each.value.periods
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms[each.value.severity].arn]
  ok_actions          = [aws_sns_topic.alarms[each.value.severity].arn]

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}
