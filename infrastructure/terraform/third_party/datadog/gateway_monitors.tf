# Monitors on gateways, from services/gateway_integration/metrics.py.

resource "datadog_monitor" "circuit_open" {
  name            = "${var.name}: nothing is sent to {{gateway.name}}"
  type            = "query alert"
  priority        = 2
  query           = "min(last_10m):max:refunds_gateway_circuit_open{${local.scope}} by {gateway,operation} >= 1"
  message         = "The circuit of {{gateway.name}} ({{operation.name}}) has been open for 10 minutes. ${var.runbooks_url}#gateway-circuit ${var.critical_to}"
  on_missing_data = "resolve"
  include_tags    = true
  tags            = local.tags

  monitor_thresholds {
    critical = 1
  }
}

resource "datadog_monitor" "gateway_errors" {
  name            = "${var.name}: {{gateway.name}} fails often"
  type            = "query alert"
  priority        = 3
  query           = "sum(last_15m):100 * sum:refunds_gateway_errors.count{${local.scope}} by {gateway}.as_count() / sum:refunds_gateway_call_seconds.count{${local.scope}} by {gateway}.as_count() > 20"
  message         = "More than a fifth of the calls to {{gateway.name}} fail. ${var.runbooks_url}#gateway-errors ${var.warning_to}"
  on_missing_data = "resolve"
  include_tags    = true
  tags            = local.tags

  monitor_thresholds {
    critical = 20
    warning  = 10
  }
}
